import type { ChangeNoun } from "./engine/protocol.ts";
import type { Nouns } from "./nouns-of.ts";

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
