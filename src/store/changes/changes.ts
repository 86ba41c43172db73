import { sql } from "kysely";
import { changesOf } from "../engine/change-groups.ts";
import { heldChanges } from "../engine/commit.ts";
import type { ChangeGroup, LoggedChange } from "../engine/protocol.ts";
import type { Scope } from "../engine/scope.ts";
import type { ChangeNoun, Nouns } from "../store.ts";

/** The log after `seq`; undefined when a part of that is no longer held, or when it is not from this log. */
export async function readChanges(
  scope: Scope,
  seq: number,
  last: number,
): Promise<LoggedChange[] | undefined> {
  if (seq > last || last - seq > heldChanges) return undefined;
  if (seq === last) return [];
  const groups = await scope.all(sql<ChangeGroup>`select * from change where seq > ${seq} order by seq`);
  const changes = groups.flatMap(changesOf).filter((change) => change.seq > seq);
  return changes[0]?.seq === seq + 1 ? changes : undefined;
}

/** The rows of a noun as its read route answers them, by id. */
export async function rowsOf(
  nouns: Nouns,
  noun: ChangeNoun,
  ids: string[],
): Promise<Map<string, Record<string, unknown>>> {
  const rows: { id: string }[] = await readers[noun](nouns, ids);
  return new Map(rows.map((row) => [row.id, { ...row }]));
}

type ReadMany = (nouns: Nouns, ids: string[]) => Promise<{ id: string }[]>;
const readers: Record<ChangeNoun, ReadMany> = {
  flows: (nouns, ids) => nouns.flows.readMany(ids),
  "flow-runs": (nouns, ids) => nouns.flowRuns.readMany(ids),
  "task-runs": (nouns, ids) => nouns.taskRuns.readMany(ids),
  logs: (nouns, ids) => nouns.logs.readMany(ids),
  errors: (nouns, ids) => nouns.events.readMany(ids),
  artifacts: (nouns, ids) => nouns.artifacts.readMany(ids),
  variables: (nouns, ids) => nouns.variables.readMany(ids),
  deployments: (nouns, ids) => nouns.deployments.readMany(ids),
  "concurrency-limits": (nouns, ids) => nouns.concurrencyLimits.readMany(ids),
  "work-pools": (nouns, ids) => nouns.workPools.readMany(ids),
  "work-queues": (nouns, ids) => nouns.workQueues.readMany(ids),
  automations: (nouns, ids) => nouns.automations.readMany(ids),
  workers: (nouns, ids) => nouns.workers.readMany(ids),
  failures: (nouns, ids) => nouns.failures.readMany(ids),
};
