import { mayGive } from "../rules/capacity.ts";
import type { FlowRun } from "../schema/flow-runs.ts";
import type { Parsed } from "../schema/route.ts";
import { toMs } from "../schema/scalars.ts";
import type { WorkerFlowRun, WorkPool, workPools } from "../schema/work-pools.ts";
import type { WorkQueue, workQueues } from "../schema/work-queues.ts";
import { SerialQueue } from "../store/engine/serial-queue.ts";
import type { Store } from "../store/store.ts";
import { found } from "./serve.ts";

/** How often polls of a queue are recorded at most, for any number of workers. */
const polledMs = 5000;
/** How long a handed-out run is left to its worker. */
const claimMs = 5000;

type PoolPoll = Parsed<typeof workPools.scheduledRuns>;
type QueuePoll = Parsed<typeof workQueues.scheduledRuns>;

/**
 * Hands due runs to workers. This is no claim: of several workers with the same run, the first that
 * proposes PENDING gets it. To avoid contention, a worker that sends its name is first
 * offered runs that no other worker was handed just now.
 */
export class RunDispatcher {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #queue = new SerialQueue();
  /** Per worker the runs it was handed last, and until when they are left to it. */
  readonly #offers = new Map<string, { ids: ReadonlySet<string>; until: number }>();

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async runs(input: PoolPoll, worker: string | undefined): Promise<WorkerFlowRun[]> {
    const pool = found(await this.#store.workPools.readByName(input.name), unknownPool(input.name));
    const queues = selectedQueues(await this.#store.workQueues.inPool(pool.id), input.work_queue_names);
    await this.#recordPoll(queues);
    // Sequential, so that each poll sees the runs handed out before.
    const chosen = await this.#queue.run(() => this.#choose(pool, queues, input, worker));
    const runs = await this.#store.flowRuns.readMany([...chosen.keys()]);
    const byId = new Map(runs.map((run) => [run.id, run]));
    return [...chosen].flatMap(([id, work_queue_id]) => {
      const run = byId.get(id);
      // Workers claim by id and read the names; the contract omits the state.
      return run ? [{ work_pool_id: pool.id, work_queue_id, flow_run: { ...run, state: null } }] : [];
    });
  }

  /** Due runs of one queue as whole rows, for a polling worker or for display. */
  async ofQueue(queue: WorkQueue, input: QueuePoll, isPolled: boolean): Promise<FlowRun[]> {
    const { scheduled_before: before, limit } = input;
    const pool = await this.#store.workPools.read(queue.work_pool_id ?? "");
    if (!pool) return [];
    if (isPolled) await this.#recordPoll([queue]);
    const chosen = await nextRuns(this.#store, { pool, queues: [queue], before, after: null, limit });
    const runs = await this.#store.flowRuns.readMany([...chosen.keys()]);
    const byId = new Map(runs.map((run) => [run.id, run]));
    return [...chosen.keys()].flatMap((id) => byId.get(id) ?? []);
  }

  async #choose(pool: WorkPool, queues: readonly WorkQueue[], input: PoolPoll, worker: string | undefined) {
    const taken = worker === undefined ? none : this.#offeredToOthers(worker);
    const bounds = { before: input.scheduled_before, after: input.scheduled_after, limit: input.limit };
    const chosen = await nextRuns(this.#store, { pool, queues, taken, ...bounds });
    if (worker !== undefined) this.#remember(worker, [...chosen.keys()]);
    return chosen;
  }

  #offeredToOthers(worker: string): Set<string> {
    const ids = new Set<string>();
    for (const [name, handed] of this.#offers) {
      if (handed.until <= this.#now()) this.#offers.delete(name);
      else if (name !== worker) for (const id of handed.ids) ids.add(id);
    }
    return ids;
  }

  /** A worker that polls again has claimed or dropped the runs it was handed before. */
  #remember(worker: string, ids: readonly string[]): void {
    const until = this.#now() + claimMs;
    if (ids.length === 0) this.#offers.delete(worker);
    else this.#offers.set(worker, { ids: new Set(ids), until });
  }

  async #recordPoll(queues: readonly WorkQueue[]): Promise<void> {
    const stale = queues.filter(({ status, is_paused, last_polled }) => {
      const isTold = status === "READY" || is_paused;
      return !isTold || last_polled === null || this.#now() - toMs(last_polled) >= polledMs;
    });
    if (stale.length > 0) await this.#store.workQueues.polled(stale.map(({ id }) => id));
  }
}

interface QueueSelection {
  pool: WorkPool;
  queues: readonly WorkQueue[];
  before: string | null;
  after: string | null;
  limit: number;
  /** Runs left to other workers, if there are others. */
  taken?: ReadonlySet<string>;
}

/** The next runs and their queues: by queue priority, then by scheduled time. */
export async function nextRuns(store: Store, line: QueueSelection): Promise<Map<string, string>> {
  const chosen = new Map<string, string>();
  const { pool, before, after } = line;
  const most = Math.min(mayGive(pool), line.limit);
  for (const queue of line.queues) {
    const limit = Math.min(mayGive(queue), most - chosen.size);
    if (limit <= 0) continue;
    const isLimited = pool.concurrency_limit !== null || queue.concurrency_limit !== null;
    // With a limit, runs are handed out strictly in order: two workers with different runs could exceed it.
    const taken = isLimited ? none : (line.taken ?? none);
    const due = await store.workQueues.due({ queue_id: queue.id, before, after, limit: limit + taken.size });
    for (const id of preferUnoffered(due, taken, limit)) chosen.set(id, queue.id);
  }
  return chosen;
}

const none: ReadonlySet<string> = new Set();

export const unknownPool = (name: string): string => `Work pool "${name}" not found.`;

function selectedQueues(queues: readonly WorkQueue[], names: readonly string[] | null): WorkQueue[] {
  if (!names || names.length === 0) return [...queues];
  const wanted = names.map((name) =>
    found(
      queues.find((queue) => queue.name === name),
      `Work queue "${name}" not found.`,
    ),
  );
  return queues.filter((queue) => wanted.includes(queue));
}

/** At most `limit`: runs not handed to others first, then the rest, as other workers may not claim theirs. */
function preferUnoffered(due: readonly string[], taken: ReadonlySet<string>, limit: number): string[] {
  const free = due.filter((id) => !taken.has(id));
  return (free.length > 0 ? free : due).slice(0, limit);
}
