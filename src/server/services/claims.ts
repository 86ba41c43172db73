import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { each } from "./each.ts";
import { moveIf, stateOf } from "./force.ts";

/** A process of the same machine begins within seconds of the claim, or tells in its log what keeps it. */
const patienceMs = 600_000;
const lost =
  "The run was claimed and not begun, and nothing was heard of it for 10 minutes, so whoever claimed it is taken to " +
  "have ended in between. Look at the worker or the serving process, then retry.";

/** Runs whose runner ended between claiming them and starting their process end as crashed. */
export async function endLostClaims(store: Store, now: () => number): Promise<void> {
  const before = timestamp(now() - patienceMs);
  await each(await store.overdue.claims({ before, limit: 200 }), (id) =>
    moveIf(store, id, {
      when: (run) => run.state?.type === "PENDING" && run.state.timestamp <= before,
      proposal: { to: stateOf("CRASHED", lost), force: true },
    }),
  );
}
