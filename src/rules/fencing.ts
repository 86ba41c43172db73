import type { Attempts } from "../schema/attempt-tokens.ts";
import { isFinal, type StateType } from "../schema/state-types.ts";

// Which attempt of a flow run may write. An attempt is identified by its token; Prefect clients have none and are not checked.

/** Number of tokens kept; an older one is still refused while another attempt has the run. */
const maxGivenUp = 8;

export const givenUpReason =
  "This attempt of the run is no longer current: the run was rescheduled or taken over by another process.";

/** Whether this attempt is barred from taking the run; other rules decide about other attempts. */
export const mayNotClaim = ({ givenUp }: Attempts, token: string): boolean => givenUp.includes(token);

function abandonCurrent({ current, givenUp }: Attempts): Attempts {
  if (current === null) return { current, givenUp };
  return { current: null, givenUp: [current, ...givenUp].slice(0, maxGivenUp) };
}

interface Written {
  /** The attempt that proposed the state, if it named itself. */
  token: string | null;
  from: StateType | null;
  proposed: StateType;
  /** The type that was written; it differs from the proposed one where a rule replaced it. */
  to: StateType;
}

/** The owner of the run once a state has been written. */
export function attemptsAfter(attempts: Attempts, { token, from, proposed, to }: Written): Attempts {
  const isOwn = token !== null && token === attempts.current;
  // Scheduled without an owner: by another client, released, or after a crash. A retry within the process keeps
  // the run, and so does one that is resumed and waits there for a slot.
  const isLeft = proposed === "SCHEDULED" || proposed === "CRASHED" || !isOwn;
  const isScheduled = to === "SCHEDULED" && proposed !== "RUNNING" && isLeft;
  const isBegunAnew = from !== null && isFinal(from) && !isFinal(to) && !isOwn;
  const left = isScheduled || isBegunAnew ? abandonCurrent(attempts) : attempts;
  const takes = token !== null && token !== left.current && (to === "PENDING" || to === "RUNNING");
  return takes ? { ...abandonCurrent(left), current: token } : left;
}
