import type { FullLimit, RunRef, SlotBoard } from "../schema/waiting.ts";
import type { Store } from "../store/store.ts";
import { unknownRun } from "../store/work/slot-boards.ts";
import type { SlotWaiters } from "./slot-waiters.ts";

/** Most limits examined. */
const maxLimits = 50;

/** Limits without a free slot that have waiters, most waiters first. */
export async function fullLimits(store: Store, waiters: SlotWaiters): Promise<FullLimit[]> {
  const limits = await store.concurrencyLimits.filter({ limit: 200, offset: 0 });
  const full = limits.filter((one) => one.active && one.limit > 0 && one.active_slots >= one.limit);
  const names = full.map(({ name }) => name).slice(0, maxLimits);
  const boards = names.length > 0 ? await withWaiters(store, waiters, await store.slots.boards(names)) : [];
  const awaited = boards
    .filter((board) => board.used >= board.limit && board.waiters.length > 0)
    .toSorted((a, b) => b.waiters.length - a.waiters.length);
  return Promise.all(
    awaited.map(async ({ name, limit, used, leases: [oldest], waiters: line }) => ({
      ...{ name, limit, used },
      deployment: await deploymentNamed(store, name),
      holder: oldest?.holder ?? null,
      held_since: oldest?.since ?? null,
      waiting: line.length,
      waiting_since: line[0]?.since ?? null,
    })),
  );
}

const ofDeployment = "deployment:";

async function deploymentNamed(store: Store, limitName: string): Promise<string | null> {
  if (!limitName.startsWith(ofDeployment)) return null;
  const deployment = await store.deployments.read(limitName.slice(ofDeployment.length));
  return deployment?.name ?? null;
}

/** Including held requests. */
export async function withWaiters(
  store: Store,
  waiters: SlotWaiters,
  boards: SlotBoard[],
): Promise<SlotBoard[]> {
  const lines = new Map(boards.map(({ name }) => [name, waiters.of(name)]));
  const ids = [...lines.values()].flat().map(({ holder }) => holder.id);
  const runs = new Map((await store.slots.runs([...new Set(ids)])).map((run) => [run.id, run]));
  return boards.map((board) => {
    const line = (lines.get(board.name) ?? []).flatMap(({ holder, since }) => {
      const run: RunRef | null = runs.get(holder.id) ?? unknownRun(holder);
      return run ? [{ run, since }] : [];
    });
    const all = [...board.waiters, ...line];
    return {
      ...board,
      waiters: all.toSorted((a, b) => (a.since < b.since ? -1 : Number(a.since > b.since))),
    };
  });
}
