import { sql } from "kysely";
import type { attempts, RunLife } from "../../schema/attempts.ts";
import { runErrorEvent } from "../../schema/events.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { StateType } from "../../schema/states.ts";
import type { Scope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import { atMost } from "../sql/pages.ts";

/** All states of a run, oldest first, and the payloads of its error events. */
export interface RunPast extends Pick<RunLife, "kind" | "id"> {
  states: {
    type: StateType;
    name: string;
    timestamp: string;
    message: string | null;
    scheduled_time: string | null;
  }[];
  errors: unknown[];
}

export const attemptNoun = noun({
  /** Of those that are known. Throws the problem `too-large` where they have too many states. */
  pasts: async (
    scope: Scope,
    { flow_run_ids, task_run_ids }: Parsed<typeof attempts.list>,
  ): Promise<RunPast[]> => [
    ...(await pasts(scope, "flow-run", flow_run_ids)),
    ...(await pasts(scope, "task-run", task_run_ids)),
  ],
});

const maxStates = 50_000;

interface StateRow {
  run_id: string;
  type: string;
  name: string;
  timestamp: string;
  message: string | null;
  state_details: string;
}

async function pasts(scope: Scope, kind: RunPast["kind"], ids: readonly string[]): Promise<RunPast[]> {
  if (ids.length === 0) return [];
  const owner = sql.ref(kind === "flow-run" ? "flow_run_id" : "task_run_id");
  const table = sql.table(kind === "flow-run" ? "flow_run_state" : "task_run_state");
  const [states, errors] = await Promise.all([
    scope.all(sql<StateRow>`select ${owner} as run_id, type, name, timestamp, message, state_details from ${table}
      where ${scope.dialect.isOneOf(owner, ids)} order by timestamp, id ${atMost(maxStates + 1)}`),
    readErrors(scope, kind, ids),
  ]);
  if (states.length > maxStates) {
    throw problem("too-large", `These runs have more than ${maxStates} states. Ask for fewer at a time.`);
  }
  const statesOf = Map.groupBy(states, (row) => row.run_id);
  return ids.flatMap((id) => {
    const own = statesOf.get(id);
    return own ? [{ kind, id, states: own.map(stateFrom), errors: errors.get(id) ?? [] }] : [];
  });
}

const stateFrom = ({ type, name, timestamp, message, state_details }: StateRow) => ({
  ...{ type: StateType.parse(type), name, timestamp, message },
  scheduled_time: scheduledTime(state_details),
});

/** Most states have none, and reading JSON costs more than looking for a word. */
function scheduledTime(details: string): string | null {
  if (!details.includes('"scheduled_time"')) return null;
  const time: unknown = JSON.parse(details).scheduled_time;
  return typeof time === "string" ? time : null;
}

async function readErrors(scope: Scope, kind: RunPast["kind"], ids: readonly string[]) {
  const prefix = `prefect.${kind}.`;
  const among = scope.dialect.isOneOf(
    sql.ref("resource_id"),
    ids.map((id) => prefix + id),
  );
  const rows = await scope.all(sql<{ resource_id: string; payload: string }>`
    select resource_id, payload from event where ${among} and event = ${runErrorEvent} order by occurred, seq`);
  const groups = Map.groupBy(rows, (row) => row.resource_id.slice(prefix.length));
  return new Map(
    [...groups].map(([id, own]) => [id, own.map(({ payload }): unknown => JSON.parse(payload))]),
  );
}
