import { mayGive, roomIn } from "../rules/capacity.ts";
import { hasFreeSlot } from "../rules/flow-runs.ts";
import type { Deployment } from "../schema/deployments.ts";
import type { FlowRun } from "../schema/flow-runs.ts";
import { toMs } from "../schema/scalars.ts";
import { awaitingSlot } from "../schema/states.ts";
import type { Gate, RunRef, Waiting } from "../schema/waiting.ts";
import type { WorkPool } from "../schema/work-pools.ts";
import type { WorkQueue } from "../schema/work-queues.ts";
import type { Worker } from "../schema/workers.ts";
import type { Store } from "../store/store.ts";
import { nextRuns } from "./run-dispatch.ts";
import type { SlotWaiters } from "./slot-waiters.ts";

const maxHolders = 10;
/** Waiters of all limits that are looked through for those of a run, in order of arrival. */
const maxWaiters = 2000;

interface Pooled {
  pool: WorkPool;
  queues: WorkQueue[];
}

/** Caches reads, as many runs wait for the same. */
function remembering<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key, read) => {
    const found = known.get(key) ?? read();
    known.set(key, found);
    return found;
  };
}

/** A flow run or task run that waits for slots of these limits. */
interface SlotWait {
  run: RunRef;
  names: readonly string[];
  since: string;
}

type Occupancy = Pick<Extract<Gate, { kind: "pool-limit" }>, "limit" | "used" | "holders">;

/** Explains why runs wait, with the functions that make them wait. One per request, because it caches its reads. */
export class WaitExplainer {
  readonly #store: Store;
  readonly #now: string;
  readonly #pools = remembering<Pooled | undefined>();
  readonly #deployments = remembering<Deployment | undefined>();
  readonly #limits = remembering<Gate[]>();
  readonly #next = remembering<ReadonlySet<string>>();
  readonly #occupancies = remembering<Occupancy>();
  readonly #absent = remembering<Gate[]>();
  readonly #waiters: Pick<SlotWaiters, "all"> | undefined;
  #slotWaits: Promise<SlotWait[]> | undefined;

  /** With `waiters`, also of runs that are running and wait for slots. */
  constructor(store: Store, now: string, waiters?: Pick<SlotWaiters, "all">) {
    this.#store = store;
    this.#now = now;
    this.#waiters = waiters;
  }

  /** Undefined for a run that does not wait. */
  async explain(run: FlowRun): Promise<Waiting | undefined> {
    if (run.state_type === "RUNNING") return this.#explainSlots(run);
    const gates = await this.#gates(run);
    if (!gates) return undefined;
    const found: Gate[] = gates.length > 0 ? gates : [{ kind: "none" }];
    return {
      flow_run_id: run.id,
      since: since(run, this.#now),
      is_late: run.state_name === "Late",
      gates: found,
    };
  }

  async #gates(run: FlowRun): Promise<Gate[] | undefined> {
    const { state } = run;
    if (!state) return undefined;
    if (state.type === "PAUSED") {
      const { pause_timeout: until, run_input_keyset } = state.state_details;
      return [{ kind: "paused", until, wants_input: run_input_keyset !== null }];
    }
    // Without a deployment there was no claim: its script is about to run it.
    if (state.type === "PENDING" && run.deployment_id !== null)
      return [{ kind: "claimed", since: state.timestamp }];
    if (state.type !== "SCHEDULED") return undefined;
    const until = run.next_scheduled_start_time ?? state.timestamp;
    if (run.empirical_policy.retry_type === "in_process")
      return run.state_name === awaitingSlot ? this.#deploymentLimit(run) : [{ kind: "retry", until }];
    return this.#gatesToWorker(run, until);
  }

  async #explainSlots({ id }: FlowRun): Promise<Waiting | undefined> {
    this.#slotWaits ??= this.#readSlotWaits();
    const own = (await this.#slotWaits).filter(({ run }) => run.id === id || run.flow_run_id === id);
    const names = [...new Set(own.flatMap((wait) => wait.names))];
    const boards = names.length > 0 ? await this.#store.slots.boards(names) : [];
    const full = boards.filter(({ active, used, limit }) => active && used >= limit);
    const gates = full.map(({ name, limit, used, leases }): Gate => {
      const waiters = own.filter((wait) => wait.names.includes(name)).map(({ run }) => run);
      const holders = leases.flatMap(({ holder }) => holder ?? []).slice(0, maxHolders);
      const waiting = { waiting: waiters.length, waiters: waiters.slice(0, maxHolders) };
      return { kind: "limit", name, limit, used, holders, ...waiting };
    });
    const [first] = own.toSorted((a, b) => (a.since < b.since ? -1 : 1));
    if (!first || gates.length === 0) return undefined;
    return { flow_run_id: id, since: first.since, is_late: false, gates };
  }

  async #readSlotWaits(): Promise<SlotWait[]> {
    const waiters = this.#waiters?.all().slice(0, maxWaiters) ?? [];
    const runs = await this.#store.slots.runs([...new Set(waiters.map(({ holder }) => holder.id))]);
    const byId = new Map(runs.map((run) => [run.id, run]));
    return waiters.flatMap(({ holder, names, since }) => {
      const run = byId.get(holder.id);
      return run ? [{ run, names, since }] : [];
    });
  }

  /** On the way to a worker: time, pool and queue, a polling worker, and finally the claim. */
  async #gatesToWorker(run: FlowRun, until: string): Promise<Gate[]> {
    const time: Gate[] = until > this.#now ? [{ kind: "scheduled", until }] : [];
    const isDue = time.length === 0;
    const served = await this.#servedBy(run, isDue);
    // It was claimed before, and is claimed again at its new time.
    if (run.state_name === awaitingSlot) return [...(await this.#deploymentLimit(run)), ...time, ...served];
    return [...time, ...served, ...(isDue ? await this.#deploymentLimit(run) : [])];
  }

  async #servedBy(run: FlowRun, isDue: boolean): Promise<Gate[]> {
    const pooled = await this.#pooled(run);
    if (pooled) return this.#placeGates(run, pooled, isDue);
    const deployment = await this.#deploymentOf(run);
    if (!deployment) return [{ kind: "no-deployment" }];
    if (!isDue || deployment.status === "READY") return [];
    return [{ kind: "not-served", deployment_id: deployment.id, since: deployment.last_polled }];
  }

  async #deploymentOf({ deployment_id: id }: FlowRun): Promise<Deployment | undefined> {
    return id === null ? undefined : this.#deployments(id, () => this.#store.deployments.read(id));
  }

  async #pooled({ work_pool_id: id }: FlowRun): Promise<Pooled | undefined> {
    return id === null ? undefined : this.#pools(id, () => this.#readPool(id));
  }

  async #readPool(id: string): Promise<Pooled | undefined> {
    const pool = await this.#store.workPools.read(id);
    return pool && { pool, queues: await this.#store.workQueues.inPool(id) };
  }

  async #placeGates(run: FlowRun, { pool, queues }: Pooled, isDue: boolean): Promise<Gate[]> {
    const queue = queues.find(({ id }) => id === run.work_queue_id);
    const at = { pool: pool.name, queue: queue?.name ?? "" };
    const gates: Gate[] = [];
    if (pool.is_paused) gates.push({ kind: "pool-paused", pool: pool.name });
    if (queue?.is_paused) gates.push({ kind: "queue-paused", ...at });
    if (!isDue || !queue) return gates;
    const isPaused = gates.length > 0;
    if (roomIn(pool) === 0 || (!isPaused && (await this.#isCutByPool(run, { pool, queues }, queue)))) {
      gates.push({ kind: "pool-limit", pool: pool.name, ...(await this.#occupancy(pool, queues)) });
    }
    if (roomIn(queue) === 0 || (!isPaused && (await this.#isCutByQueue(run, queue)))) {
      gates.push({ kind: "queue-limit", ...at, ...(await this.#occupancy(queue, [queue])) });
    }
    return [...gates, ...(await this.#noWorker(pool, queue))];
  }

  /** The free room goes to earlier runs of the queue. */
  async #isCutByQueue(run: FlowRun, queue: WorkQueue): Promise<boolean> {
    const limit = mayGive(queue);
    if (limit === Number.POSITIVE_INFINITY) return false;
    const selection = { queue_id: queue.id, before: this.#now, after: null, limit };
    const next = await this.#next(queue.id, async () => new Set(await this.#store.workQueues.due(selection)));
    return !next.has(run.id);
  }

  /** The free room goes to runs of the pool that come first. */
  async #isCutByPool(run: FlowRun, pooled: Pooled, queue: WorkQueue): Promise<boolean> {
    const limit = mayGive(pooled.pool);
    if (limit === Number.POSITIVE_INFINITY || (await this.#isCutByQueue(run, queue))) return false;
    const selection = { ...pooled, before: this.#now, after: null, limit };
    const read = async () => new Set((await nextRuns(this.#store, selection)).keys());
    return !(await this.#next(pooled.pool.id, read)).has(run.id);
  }

  #occupancy(place: WorkPool | WorkQueue, queues: readonly WorkQueue[]): Promise<Occupancy> {
    return this.#occupancies(place.id, async () => {
      const holders = await this.#store.workQueues.holders(queues.map(({ id }) => id));
      return { limit: place.concurrency_limit ?? 0, used: place.active_slots ?? 0, holders };
    });
  }

  async #noWorker(pool: WorkPool, queue: WorkQueue): Promise<Gate[]> {
    if (pool.status === "READY") return [];
    return this.#absent(pool.id + queue.id, async () => {
      const page = { pool: pool.name, limit: 1, offset: 0 };
      const online = { status: { any_: ["ONLINE"] } };
      const [here] = await this.#store.workers.filter({ ...page, workers: online });
      if (here) return [];
      const [last] = await this.#store.workers.filter({ ...page, workers: null });
      if (queue.status === "READY" && !wasLastPollOf(last, queue)) return [];
      const seen = { worker: last?.name ?? null, since: last?.last_heartbeat_time ?? null };
      return [{ kind: "no-worker", pool: pool.name, ...seen }];
    });
  }

  async #deploymentLimit({ deployment_id: id }: FlowRun): Promise<Gate[]> {
    return id === null ? [] : this.#limits(id, () => this.#readLimit(id));
  }

  async #readLimit(deployment_id: string): Promise<Gate[]> {
    const limit = await this.#store.deployments.runLimit(deployment_id);
    if (!limit || hasFreeSlot(limit)) return [];
    const [board] = await this.#store.slots.boards([limit.name]);
    if (!board) return [];
    const holders = board.leases.flatMap(({ holder }) => holder ?? []).slice(0, maxHolders);
    const full = { limit: limit.limit, used: limit.limit - limit.free, holders };
    return [{ kind: "deployment-limit", deployment_id, limit_id: board.id, ...full }];
  }
}

/**
 * A queue that was polled just now is served, even by a worker that sends no heartbeats; unless the poll was one
 * of the worker that is gone.
 */
function wasLastPollOf(last: Worker | undefined, { last_polled }: WorkQueue): boolean {
  if (!last?.last_heartbeat_time || last_polled === null) return false;
  const seconds = (toMs(last_polled) - toMs(last.last_heartbeat_time)) / 1000;
  return seconds <= (last.heartbeat_interval_seconds ?? 30);
}

/** Since when it could have run. */
function since(
  { state_name, state, expected_start_time, next_scheduled_start_time }: FlowRun,
  now: string,
): string {
  const first = state_name === awaitingSlot ? expected_start_time : next_scheduled_start_time;
  return first ?? state?.timestamp ?? now;
}
