import type { Attempts } from "../schema/attempt-tokens.ts";
import { isFinal, type StateType } from "../schema/state-types.ts";

// Which attempt of a flow run may write. An attempt is told by its token; clients of Prefect have none and are not asked.

/** So many are remembered; an older one is still refused whenever another has the run. */
const maxGivenUp = 8;

export const givenUpReason =
  "This attempt of the run is no longer current: the run was rescheduled or taken over by another process.";

/** Whether this attempt may not take the run from whoever has it: other rules say who else may. */
export const mayNotClaim = ({ givenUp }: Attempts, token: string): boolean => givenUp.includes(token);

function abandonCurrent({ current, givenUp }: Attempts): Attempts {
  if (current === null) return { current, givenUp };
  return { current: null, givenUp: [current, ...givenUp].slice(0, maxGivenUp) };
}

interface Written {
  /** Who asked for a state, if it named itself. */
  token: string | null;
  from: StateType | null;
  proposed: StateType;
  /** The type that was written, which is another where a rule put it in place of the one asked for. */
  to: StateType;
}

/** Whose the run is once a state has been written. */
export function attemptsAfter(attempts: Attempts, { token, from, proposed, to }: Written): Attempts {
  const isOwn = token !== null && token === attempts.current;
  // Scheduled for whoever comes next: by someone else, handed back, or after a crash. A retry within the process keeps
  // the run, and so does one that is resumed and waits there for a slot.
  const isLeft = proposed === "SCHEDULED" || proposed === "CRASHED" || !isOwn;
  const isScheduled = to === "SCHEDULED" && proposed !== "RUNNING" && isLeft;
  const isBegunAnew = from !== null && isFinal(from) && !isFinal(to) && !isOwn;
  const left = isScheduled || isBegunAnew ? abandonCurrent(attempts) : attempts;
  const takes = token !== null && token !== left.current && (to === "PENDING" || to === "RUNNING");
  return takes ? { ...abandonCurrent(left), current: token } : left;
}
