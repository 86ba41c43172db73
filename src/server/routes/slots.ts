import { type RunRef, type SlotBoard, slots } from "../../schema/waiting.ts";
import { unknownRun } from "../../store/slot-boards.ts";
import type { Store } from "../../store/store.ts";
import { type Api, done, serve } from "../serve.ts";
import type { Waiters } from "../waiters.ts";

export function serveSlots(api: Api, store: Store, waiters: Waiters): void {
  serve(api, slots.boards, async ({ names }) =>
    withWaiters(store, waiters, await store.slots.boards(names ?? null)),
  );
  serve(api, slots.release, async ({ lease_id }) =>
    done(await store.slots.release(lease_id), "The slots were given back already, or their lease ran out."),
  );
}

/** With those who wait in front of the server. */
async function withWaiters(store: Store, waiters: Waiters, boards: SlotBoard[]): Promise<SlotBoard[]> {
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
