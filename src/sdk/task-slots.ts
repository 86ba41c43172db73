import { holderOf, loseSlots } from "./concurrency.ts";
import type { Run } from "./run.ts";
import { session } from "./session.ts";
import { acquireSlots, list, releaseSlots } from "./slots.ts";
import { newView, type StateView } from "./state.ts";

interface WaitingRun extends Run {
  report(state: StateView): unknown;
}

export interface TaskSlots {
  release(): Promise<void>;
}

const leaseSeconds = 60;

/** Slots of the limits on a task's tags, for one attempt of it. Undefined when none of its tags has a limit. */
export async function acquireTaskSlots(run: WaitingRun): Promise<TaskSlots | undefined> {
  const open = run.flow?.session ?? (await session());
  const client = run.flow?.client ?? open.client;
  const names = await open.tagLimits.of(run.tags);
  if (names.length === 0) return undefined;
  const request = {
    names,
    slots: 1,
    holder: holderOf(run),
    signal: run.signal,
    onWait: () => {
      const message = `Waiting for a slot of ${list(names)}`;
      run.report(newView("SCHEDULED", { name: "AwaitingConcurrencySlot", message }));
    },
  };
  const { leaseId } = await acquireSlots(client, request, leaseSeconds);
  const stop = open.transport.holdLease({
    id: leaseId,
    seconds: leaseSeconds,
    attempt: run.flow?.root,
    onLost: () => loseSlots(run, names),
  });
  return {
    async release() {
      stop();
      await releaseSlots(client, leaseId);
    },
  };
}
