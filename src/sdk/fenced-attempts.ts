import { type Client, GivenUpError } from "../client/client.ts";
import { type AttemptToken, attemptHeader, attemptText } from "../schema/attempt-tokens.ts";

interface FencedRun {
  readonly parent: unknown;
  readonly ref: { readonly name: string };
  end(abort: { kind: "given-up"; message: string; grace: number }): void;
  forceEnd(): void;
}

// A process that was stopped or disconnected for long may wake up when another attempt has its run. The server refuses
// its requests from then on, and the first refusal ends the run here.

/** Root runs of this process, by the token that they and all runs below them send. */
const roots = new Map<string, FencedRun>();

/** Ends the run here when its attempt is given up; returns the function that stops watching. */
export function trackAttempt(token: string, run: FencedRun): () => void {
  if (run.parent) return () => {};
  roots.set(token, run);
  return () => roots.delete(token);
}

/** The server reports that another attempt has the run. */
export function fenceOff(token: string): void {
  const run = roots.get(token);
  if (!run) return;
  roots.delete(token);
  const message = `Run '${run.ref.name}' was taken over by another process or rescheduled; this attempt stops.`;
  run.end({ kind: "given-up", message, grace: 0 });
  // If it was already aborted, its grace period may still be running.
  run.forceEnd();
}

/** A client whose requests carry the attempt's token. */
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
