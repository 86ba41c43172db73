import { toMs } from "../schema/scalars.ts";
import { defaultStateName, type StateCreate } from "../schema/states.ts";
import { hasChanged } from "./bulk-verbs.ts";
import { type Facts, isPersisted } from "./decide.ts";

// Rules that flow runs and task runs have in common.

type Seen = Pick<Facts<unknown>, "from" | "to" | "now">;

type Refusal = { outcome: "reject"; reason: string } | undefined;

/** A client that repeats a request whose answer was lost must not make the transition twice. */
export const ignoreRepeatedTransition = ({ from, to }: Seen): Refusal => {
  const id = to.state_details.transition_id;
  return id && id === from?.state_details.transition_id
    ? { outcome: "reject", reason: "This transition has already been made." }
    : undefined;
};

/** Of two clients that read a run and set its state, the second would undo a change it has not seen. */
export const refuseOutdatedView = ({ from, expected }: Seen & Pick<Facts<unknown>, "expected">): Refusal =>
  expected && expected !== from?.id
    ? { outcome: "reject", reason: `The run ${hasChanged(from?.name ?? null)}.` }
    : undefined;

/** A state equal to the current one is not written again, however many clients propose it. */
export const refuseRepeatedState = ({ from, to }: Seen): Refusal =>
  from &&
  from.type === to.type &&
  from.name === (to.name || defaultStateName(to.type)) &&
  !isDated.has(to.type)
    ? { outcome: "reject", reason: `The run is ${from.name} already.` }
    : undefined;

/** A different time or pause key makes these different states. */
const isDated: ReadonlySet<string> = new Set(["SCHEDULED", "PAUSED"]);

/** A result that was stored may not be replaced by none. */
export const keepResults = ({ from, to }: Seen): Refusal =>
  from?.type === "COMPLETED" && to.type === "COMPLETED" && isPersisted(from.data) && !isPersisted(to.data)
    ? { outcome: "reject", reason: "Run is already COMPLETED and its result would be lost." }
    : undefined;

const claimed: ReadonlySet<string> = new Set(["PENDING", "RUNNING", "CANCELLING", "CANCELLED"]);

/** Claiming a run is exclusive: of two workers that propose PENDING, the second gets an abort. */
export const claimOnce = ({
  from,
  to,
}: Seen): { outcome: "amend"; to: StateCreate } | { outcome: "abort"; reason: string } | undefined => {
  if (to.type !== "PENDING" || !from || !claimed.has(from.type)) return undefined;
  const name = to.name || "Pending";
  if (from.type === "PENDING" && name !== from.name && name !== "Pending") {
    const scheduled_time = to.state_details.scheduled_time ?? from.state_details.scheduled_time;
    return { outcome: "amend", to: { ...to, state_details: { ...to.state_details, scheduled_time } } };
  }
  const reason = `This run is in a ${from.type} state and cannot transition to a PENDING state.`;
  return { outcome: "abort", reason };
};

export const copyScheduledTime = ({ from, to }: Seen): { outcome: "amend"; to: StateCreate } | undefined => {
  if (from?.type !== "SCHEDULED" || to.type !== "PENDING" || to.state_details.scheduled_time)
    return undefined;
  const { scheduled_time } = from.state_details;
  return { outcome: "amend", to: { ...to, state_details: { ...to.state_details, scheduled_time } } };
};

/** Whole seconds plus the rounded rest, as Prefect computes it. */
const secondsUntil = (time: string, now: string): number => {
  const seconds = (toMs(time) - toMs(now)) / 1000;
  const whole = Math.floor(seconds);
  return whole + Math.round(seconds - whole);
};

export const waitForScheduledTime = ({
  from,
  to,
  now,
}: Seen): { outcome: "wait"; seconds: number; reason: string } | undefined => {
  if (to.type !== "RUNNING" || (from?.type !== "SCHEDULED" && from?.type !== "PENDING")) return undefined;
  const time = from.state_details.scheduled_time;
  const seconds = time ? secondsUntil(time, now) : 0;
  return seconds > 0 ? { outcome: "wait", seconds, reason: "Scheduled time is in the future" } : undefined;
};
