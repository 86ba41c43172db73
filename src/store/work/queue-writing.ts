import { sql } from "kysely";
import { problem } from "../../schema/problems.ts";
import { WorkStatus } from "../../schema/work-pools.ts";
import type { WorkQueue } from "../../schema/work-queues.ts";
import { reportChange } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { jsonOrNull, newId } from "../sql/rows.ts";
import type { WorkPoolTable, WorkQueueTable } from "../tables.ts";

export type NewQueue = Pick<
  WorkQueue,
  "name" | "description" | "is_paused" | "concurrency_limit" | "filter" | "priority"
> & { id?: string };

export const queuesIn = (scope: Scope, poolId: string): Promise<WorkQueueTable[]> =>
  scope.all(scope.dialect.build.selectFrom("work_queue").selectAll().where("work_pool_id", "=", poolId));

export const queueIdsOf = async (scope: Scope, poolId: string): Promise<string[]> =>
  (await queuesIn(scope, poolId)).map(({ id }) => id);

/** At its priority, or after all others. Throws the problem `conflict` when the name is taken. */
export async function createQueue(
  scope: WriteScope,
  pool: WorkPoolTable,
  queue: Omit<NewQueue, "priority"> & { priority?: number | null | undefined },
): Promise<WorkQueue> {
  const others = await queuesIn(scope, pool.id);
  refuseTaken(others, queue.name);
  const last = Math.max(0, ...others.map((other) => other.priority));
  const priority = queue.priority ?? last + 1;
  shift(scope, others, priority);
  return writeQueue(scope, pool, { ...queue, priority });
}

export function writeQueue(scope: WriteScope, pool: WorkPoolTable, queue: NewQueue): WorkQueue {
  const { name, description, is_paused, concurrency_limit, priority, filter } = queue;
  const own = { id: queue.id ?? newId(scope.now()), created: scope.time, updated: scope.time };
  const status = is_paused ? "PAUSED" : "NOT_READY";
  const row = { ...own, work_pool_id: pool.id, name, description, concurrency_limit, priority };
  const values = {
    ...row,
    ...{ is_paused: Number(is_paused), filter: jsonOrNull(filter), last_polled: null, status },
  };
  scope.write(scope.dialect.build.insertInto("work_queue").values(values));
  scope.changed("work-queues", "created", row.id);
  reportChange(scope, "work-queue", "created", row);
  const active_slots = concurrency_limit === null ? null : 0;
  const seen = { is_paused, filter, last_polled: null, work_pool_name: pool.name, active_slots };
  return { ...row, ...seen, status: WorkStatus.parse(status) };
}

export function refuseTaken(others: readonly WorkQueueTable[], name: string): void {
  if (!others.some((other) => other.name === name)) return;
  throw problem("conflict", `A work queue with the name "${name}" already exists in this work pool.`);
}

export function shift(scope: WriteScope, others: readonly WorkQueueTable[], priority: number): void {
  // From last to first, so that no two have the same priority at any time.
  for (const { id, priority: moved } of makeRoom(others, priority).reverse()) {
    writeChange(scope, id, { priority: moved });
  }
}

export function writeChange(scope: WriteScope, id: string, sets: Partial<WorkQueueTable>): void {
  const { build } = scope.dialect;
  scope.write(
    build
      .updateTable("work_queue")
      .set({ ...sets, updated: scope.time })
      .where("id", "=", id),
  );
  scope.changed("work-queues", "updated", id);
}

/** Deployments of deleted queues remain without a queue. */
export async function reportDeployments(scope: WriteScope, queueIds: readonly string[]): Promise<void> {
  const among = scope.dialect.isOneOf(sql.ref("work_queue_id"), queueIds);
  const rows = await scope.all(sql<{ id: string }>`select id from deployment where ${among}`);
  for (const { id } of rows) scope.changed("deployments", "updated", id);
}

/**
 * Makes room for a queue at `priority`: the queue that has it moves up by one, and so on up to the first gap. Returns
 * the others that moved, with their new priorities: their order is kept, and no other queue moves.
 */
function makeRoom(
  others: readonly { id: string; priority: number }[],
  priority: number,
): { id: string; priority: number }[] {
  const byPriority = new Map(others.map((queue) => [queue.priority, queue.id]));
  const moved: { id: string; priority: number }[] = [];
  let place = priority;
  for (let id = byPriority.get(place); id !== undefined; id = byPriority.get(place)) {
    place += 1;
    moved.push({ id, priority: place });
  }
  return moved;
}
