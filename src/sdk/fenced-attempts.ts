import { type Client, GivenUpError } from "../client/client.ts";
import { type AttemptToken, attemptHeader, attemptText } from "../schema/attempt-tokens.ts";

interface FencedRun {
  readonly parent: unknown;
  readonly ref: { readonly name: string };
  end(abort: { kind: "given-up"; message: string; grace: number }): void;
  forceEnd(): void;
}

// A process that was stopped for long, or cut off, may wake up when its run is another's. The server refuses what it
// sends from then on, and the first refusal ends what is left of the run here.

/** Runs of this process that no other run of it is waiting for, by the token that they and all under them bear. */
const roots = new Map<string, FencedRun>();

/** Has the run ended here when its attempt is given up; returns the function that stops it. */
export function trackAttempt(token: string, run: FencedRun): () => void {
  if (run.parent) return () => {};
  roots.set(token, run);
  return () => roots.delete(token);
}

/** The server says that the run of this attempt is another's. */
export function fenceOff(token: string): void {
  const run = roots.get(token);
  if (!run) return;
  roots.delete(token);
  const message = `Run '${run.ref.name}' was taken over by another process or rescheduled; this attempt stops.`;
  run.end({ kind: "given-up", message, grace: 0 });
  // Told to end before, it may still have had its grace.
  run.forceEnd();
}

/** A client whose requests say which attempt they come from. */
export function clientOf(client: Client, attempt: AttemptToken): Client {
  const name = { [attemptHeader]: attemptText(attempt) };
  return {
    baseUrl: client.baseUrl,
    call: (route, input, options = {}) =>
      client
        .call(route, input, { ...options, headers: { ...options.headers, ...name } })
        .catch((error: unknown) => {
          if (error instanceof GivenUpError) fenceOff(attempt.token);
          throw error;
        }),
  };
}
