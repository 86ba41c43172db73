import type { NextSlot } from "../schema/occupancy.ts";
import { timestamp, toMs } from "../schema/scalars.ts";
import type { SlotBoard } from "../schema/waiting.ts";
import type { Store } from "../store/store.ts";
import { roomComesAt } from "../store/work/limit-rows.ts";
import type { latestDurations } from "./latest-durations.ts";

/** Most limits and queues that are examined, and most holders of each. */
const maxOwners = 50;
const maxHolders = 20;
/** Fewer completed runs say nothing of what is usual. */
const fewestRuns = 3;
/** What a limit starts with before any slot was given back. */
const unknownAverage = 2;

interface NextSlotDeps {
  store: Store;
  durations: ReturnType<typeof latestDurations>;
  now: () => number;
}

/** A full limit, queue or pool with the runs that hold it, and since when. */
interface Full {
  id: string;
  holders: readonly { run: string; since: string }[];
}

/** When full limits are expected to have a free slot: from decay, their average, or the usual durations of their holders. */
export async function nextSlotsOfLimits({ store, durations, now }: NextSlotDeps): Promise<NextSlot[]> {
  const limits = (await store.concurrencyLimits.filter({ limit: 200, offset: 0 }))
    .filter((one) => one.active && one.limit > 0 && one.active_slots >= one.limit)
    .slice(0, maxOwners);
  if (limits.length === 0) return [];
  const boards = new Map(
    (await store.slots.boards(limits.map(({ name }) => name))).map((one) => [one.id, one]),
  );
  const unknown: Full[] = [];
  const known = limits.flatMap((limit): NextSlot[] => {
    const { id, slot_decay_per_second: decay, avg_slot_occupancy_seconds: seconds, name } = limit;
    const board = boards.get(id);
    if (decay > 0) return [slotAt(id, roomComesAt(limit, 1), { by: "decay", seconds: null })];
    const learnt = seconds !== unknownAverage && !name.startsWith("deployment:");
    const times = learnt ? (board?.leases ?? []).map(({ since }) => toMs(since) + seconds * 1000) : [];
    const at = soonest(times, now());
    if (at !== undefined) return [slotAt(id, at, { by: "average", seconds })];
    if (board) unknown.push({ id, holders: holdersOf(board) });
    return [];
  });
  return [...known, ...(await fromRuns(unknown, { store, durations, now }))];
}

const holdersOf = ({ leases }: SlotBoard): Full["holders"] =>
  leases.flatMap(({ holder, since }) =>
    holder?.kind === "flow-run" ? [{ run: holder.id, since: holder.since ?? since }] : [],
  );

/** The same of full queues, and of full pools with the runs of all their queues. */
export async function nextSlotsOfQueues(deps: NextSlotDeps): Promise<NextSlot[]> {
  const { store } = deps;
  const queues = await store.workQueues.filter({ work_queues: null, limit: 200, offset: 0 });
  const pools = await store.workPools.filter({ work_pools: null, limit: 200, offset: 0 });
  const fullPools = pools.filter(isFull).slice(0, maxOwners);
  const ofPools = (id: string) => queues.filter((queue) => queue.work_pool_id === id);
  const fullQueues = queues.filter(isFull).slice(0, maxOwners);
  const ids = [
    ...new Set([...fullQueues, ...fullPools.flatMap(({ id }) => ofPools(id))].map(({ id }) => id)),
  ];
  if (ids.length === 0) return [];
  const active = await store.workQueues.active(ids, { limit: maxHolders, page: 1 });
  const holders = (queueIds: readonly string[]) =>
    queueIds.flatMap((id) =>
      (active.get(id)?.runs ?? []).flatMap(({ id: run, start_time: since }) =>
        since ? [{ run, since }] : [],
      ),
    );
  const full = [
    ...fullQueues.map(({ id }) => ({ id, holders: holders([id]) })),
    ...fullPools.map(({ id }) => ({ id, holders: holders(ofPools(id).map((queue) => queue.id)) })),
  ];
  return fromRuns(full, deps);
}

const isFull = (one: { concurrency_limit: number | null; active_slots: number | null }): boolean =>
  one.concurrency_limit !== null &&
  one.concurrency_limit > 0 &&
  (one.active_slots ?? 0) >= one.concurrency_limit;

async function fromRuns(full: readonly Full[], { store, durations, now }: NextSlotDeps): Promise<NextSlot[]> {
  const held = full.map(({ id, holders }) => ({ id, holders: holders.slice(0, maxHolders) }));
  const runIds = [...new Set(held.flatMap(({ holders }) => holders.map(({ run }) => run)))].slice(0, 200);
  if (runIds.length === 0) return [];
  const flowOf = new Map((await store.flowRuns.readMany(runIds)).map((run) => [run.id, run.flow_id]));
  const usual = new Map(
    (await durations([...new Set(flowOf.values())])).map((one) => [one.flow_id, one.seconds]),
  );
  return held.flatMap(({ id, holders }) => {
    const expected = holders.flatMap(({ run, since }) => {
      const flow_id = flowOf.get(run);
      const seconds = (flow_id && usual.get(flow_id)) || [];
      if (flow_id === undefined || seconds.length < fewestRuns) return [];
      const found = endOf(toMs(since), seconds, now());
      return found === undefined ? [] : [{ ...found, flow_id, count: seconds.length }];
    });
    const [first] = expected.toSorted((a, b) => a.at - b.at);
    return first ? [slotAt(id, first.at, { by: "runs", ...first })] : [];
  });
}

/** The usual end; of a run that takes longer, that of the slow tenth; unknown for one that takes longer still. */
function endOf(start: number, seconds: readonly number[], now: number) {
  const sorted = seconds.toSorted((a, b) => a - b);
  for (const share of [0.5, 0.9]) {
    const usual = sorted[Math.round((sorted.length - 1) * share)] ?? 0;
    if (start + usual * 1000 > now) return { at: start + usual * 1000, seconds: usual };
  }
  return undefined;
}

const soonest = (times: readonly number[], now: number): number | undefined =>
  times.filter((at) => at > now).toSorted((a, b) => a - b)[0];

interface Basis {
  by: NextSlot["by"];
  seconds: number | null;
  flow_id?: string;
  count?: number;
}

const slotAt = (id: string, at: number, { by, seconds, flow_id, count }: Basis): NextSlot => ({
  ...{ id, at: timestamp(Math.round(at)), by, seconds },
  ...{ flow_id: flow_id ?? null, count: count ?? 0 },
});
