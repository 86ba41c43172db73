import { slots } from "../../schema/waiting.ts";
import type { Store } from "../../store/store.ts";
import { withWaiters } from "../full-limits.ts";
import { type Api, done, serve } from "../serve.ts";
import type { SlotWaiters } from "../slot-waiters.ts";

export function serveSlots(api: Api, store: Store, waiters: SlotWaiters): void {
  serve(api, slots.boards, async ({ names }) =>
    withWaiters(store, waiters, await store.slots.boards(names ?? null)),
  );
  serve(api, slots.release, async ({ lease_id }) =>
    done(await store.slots.release(lease_id), "The slots were already released, or their lease has expired."),
  );
}
