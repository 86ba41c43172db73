import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import type { Heartbeats } from "../heartbeats.ts";
import { forEachSettled } from "./for-each.ts";
import { stateOf, transitionIf } from "./guarded-transitions.ts";

/** A process of the same machine begins within seconds of the claim, or tells in its log what keeps it. */
const patienceMs = 600_000;
const lost =
  "The run was claimed but never started, and no heartbeat came for 10 minutes; the process that claimed it " +
  "probably ended. Check the worker or the serving process, then retry.";

/** Our runners renew their claims by heartbeats; of one that died before the first, the silence is counted from here. */
const firstBeatMs = 10_000;

/**
 * Runs whose runner ended between claiming them and starting their process: those of runners that renew their claims are
 * expected to have a pulse, without which they are freed; those of others end as crashed.
 */
export async function expireClaims(
  store: Store,
  heartbeats: Pick<Heartbeats, "expect">,
  now: () => number,
): Promise<void> {
  const renewed = await store.overdue.claims({
    ...{ before: timestamp(now() - firstBeatMs), isRenewed: true, limit: 200 },
  });
  await forEachSettled(renewed, async (flowRunId) => {
    const { current: token } = await store.flowRuns.attempts(flowRunId);
    heartbeats.expect({ flowRunId, token });
  });
  const before = timestamp(now() - patienceMs);
  await forEachSettled(await store.overdue.claims({ before, isRenewed: false, limit: 200 }), (id) =>
    transitionIf(store, id, {
      when: (run) => run.state?.type === "PENDING" && run.state.timestamp <= before,
      proposal: { to: stateOf("CRASHED", lost), force: true },
    }),
  );
}
