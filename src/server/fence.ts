import { givenUpReason } from "../rules/fencing.ts";
import {
  type AttemptToken,
  attemptHeader,
  attemptIn,
  givenUpValue,
  isGivenUp,
} from "../schema/attempt-tokens.ts";
import { type Problem, problem } from "../schema/problems.ts";
import type { Store } from "../store/store.ts";

/** The attempt named by a request; null without one, as from Prefect clients. */
export function attemptOf(header: string | undefined): AttemptToken | null {
  if (header === undefined) return null;
  const attempt = attemptIn(header);
  if (attempt) return attempt;
  const got = JSON.stringify(header.slice(0, 100));
  throw problem("invalid", `Invalid ${attemptHeader} header: expected <flow run id>/<token>, got ${got}.`);
}

/** The answer that makes an attempt stop. */
export const givenUp = (): Problem =>
  problem("conflict", givenUpReason, { headers: { [attemptHeader]: givenUpValue } });

/** Refuses requests of given-up attempts. Transitions of the run are checked under its lock. */
export const fence =
  (store: Pick<Store, "flowRuns">) =>
  async (header: string): Promise<void> => {
    const attempt = attemptOf(header);
    if (attempt && isGivenUp(await store.flowRuns.attempts(attempt.flowRunId), attempt.token))
      throw givenUp();
  };
