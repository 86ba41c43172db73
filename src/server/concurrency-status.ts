import type { Output, Parsed } from "../schema/route.ts";
import type { WorkPool, workPools } from "../schema/work-pools.ts";
import type { WorkQueue, workQueues } from "../schema/work-queues.ts";
import { pageOf, skip } from "../store/sql/pages.ts";
import type { Store } from "../store/store.ts";

type PoolStatus = Output<typeof workPools.concurrencyStatus>;
type QueueStatus = Output<typeof workQueues.concurrencyStatus>;

const none = { count: 0, runs: [] };

/** The runs that occupy a pool, by queue. */
export async function poolConcurrency(
  store: Store,
  { id, concurrency_limit }: WorkPool,
  input: Parsed<typeof workPools.concurrencyStatus>,
): Promise<PoolStatus> {
  const queues = await store.workQueues.inPool(id);
  const ids = queues.map((queue) => queue.id);
  const active = await store.workQueues.active(ids, { limit: input.flow_run_limit, page: 1 });
  const shown = queues.slice(skip(input), skip(input) + input.limit).map((queue) => {
    const { count, runs } = active.get(queue.id) ?? none;
    return {
      queue_id: queue.id,
      queue_name: queue.name,
      active_slots: count,
      concurrency_limit: queue.concurrency_limit,
      flow_runs: runs,
      flow_run_count: count,
    };
  });
  const active_slots = [...active.values()].reduce((sum, { count }) => sum + count, 0);
  const { results, ...paging } = pageOf(shown, queues.length, input);
  return { active_slots, concurrency_limit, queues: results, ...paging };
}

/** The runs that occupy a queue. */
export async function queueConcurrency(
  store: Store,
  { id, concurrency_limit }: WorkQueue,
  input: Parsed<typeof workQueues.concurrencyStatus>,
): Promise<QueueStatus> {
  const { count, runs } = (await store.workQueues.active([id], input)).get(id) ?? none;
  const { results, ...paging } = pageOf(runs, count, input);
  return { active_slots: count, concurrency_limit, flow_runs: results, ...paging };
}
