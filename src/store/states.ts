import { sql } from "kysely";
import type { States } from "./nouns.ts";
import { type StateRow, stateFrom } from "./rows.ts";
import type { Scope } from "./scope.ts";

export const stateReads = (scope: Scope, run: "flow_run" | "task_run") => {
  const table = sql.table(`${run}_state`);
  return {
    list: async (runId) => {
      const owner = sql.ref(`${run}_id`);
      const rows = await scope.all(
        sql<StateRow>`select * from ${table} where ${owner} = ${runId} order by timestamp, id`,
      );
      return rows.map(stateFrom);
    },
    read: async (id) => {
      const row = await scope.first(sql<StateRow>`select * from ${table} where id = ${id}`);
      return row && stateFrom(row);
    },
  } satisfies States;
};
