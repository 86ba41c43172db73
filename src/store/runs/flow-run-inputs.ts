import { sql } from "kysely";
import type { FlowRunInput, flowRuns } from "../../schema/flow-runs.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { atMost } from "../sql/pages.ts";
import { newId } from "../sql/rows.ts";

export const flowRunInputNoun = noun(
  {
    read,
    /** Oldest first. */
    filter,
  },
  {
    /** False when the key is taken. Throws the problem `not-found` when the run is unknown. */
    create,
    delete: remove,
  },
);

function read(scope: Scope, flowRunId: string, key: string): Promise<FlowRunInput | undefined> {
  return scope.first(
    scope.dialect.build
      .selectFrom("flow_run_input")
      .selectAll()
      .where("flow_run_id", "=", flowRunId)
      .where("key", "=", key),
  );
}

function filter(scope: Scope, input: Parsed<typeof flowRuns.filterInput>): Promise<FlowRunInput[]> {
  const { dialect } = scope;
  const excluded =
    input.exclude_keys.length > 0 ? dialect.isOneOf(sql.ref("key"), input.exclude_keys) : sql`1 = 0`;
  return scope.all(sql<FlowRunInput>`select * from flow_run_input
    where flow_run_id = ${input.id} and ${dialect.startsWith(sql.ref("key"), input.prefix)} and not (${excluded})
    order by created, id ${atMost(input.limit)}`);
}

async function create(scope: WriteScope, input: Parsed<typeof flowRuns.createInput>): Promise<boolean> {
  const { build } = scope.dialect;
  const run = await scope.first(build.selectFrom("flow_run").select("id").where("id", "=", input.id));
  if (!run) throw problem("not-found", "Flow run not found");
  if (await read(scope, input.id, input.key)) return false;
  const row: FlowRunInput = {
    id: newId(scope.now()),
    created: scope.time,
    updated: scope.time,
    flow_run_id: input.id,
    key: input.key,
    value: input.value,
    sender: input.sender,
  };
  const stored = { ...row, created: scope.time, updated: scope.time };
  scope.write(build.insertInto("flow_run_input").values(stored));
  return true;
}

async function remove(scope: WriteScope, flowRunId: string, key: string): Promise<boolean> {
  const known = await read(scope, flowRunId, key);
  if (!known) return false;
  scope.write(scope.dialect.build.deleteFrom("flow_run_input").where("id", "=", known.id));
  return true;
}
