import { slots } from "../../schema/waiting.ts";
import type { Store } from "../../store/store.ts";
import { withWaiters } from "../full-limits.ts";
import { type Api, done, serve } from "../serve.ts";
import type { SlotWaiters } from "../slot-waiters.ts";
import { serveOccupancy } from "./occupancy.ts";

interface SlotDeps {
  store: Store;
  waiters: SlotWaiters;
  now: () => number;
}

export function serveSlots(api: Api, { store, waiters, now }: SlotDeps): void {
  serveOccupancy(api, { store, now });
  serve(api, slots.boards, async ({ names }) =>
    withWaiters(store, waiters, await store.slots.boards(names ?? null)),
  );
  serve(api, slots.release, async ({ lease_id }) =>
    done(await store.slots.release(lease_id), "The slots were already released, or their lease has expired."),
  );
}
