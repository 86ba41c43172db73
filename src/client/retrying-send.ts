import { ApiError, type Send } from "./client.ts";
import { WrongServer } from "./server-verification.ts";

const passing = new Set([408, 429, 502, 503]);
/** After these responses it is certain that the request was not executed. */
const refused = new Set([429, 503]);
const firstWait = 100;
const longestWait = 4000;

export interface RetryPolicy {
  /** Milliseconds after which the last response or error is returned. Read for each request. */
  giveUpAfter: number;
  /** Called before each pause. */
  onWait?(reason: string): void;
  /** Called with each returned response. */
  onAnswer?(): void;
  /** For callers that must learn at once that there is no server, or whose requests are not idempotent. */
  onlyRefused?: boolean;
}

const twoMinutes: RetryPolicy = { giveUpAfter: 120_000 };

/**
 * Retries while the server is unreachable or busy. Safe because every write of the engine is
 * idempotent: idempotency keys for runs, transition ids for states, ids for events.
 */
export function retryingSend(send: Send, patience: RetryPolicy = twoMinutes): Send {
  const { onWait, onAnswer, onlyRefused = false } = patience;
  const waitedFor = onlyRefused ? refused : passing;
  return async (request) => {
    const until = Date.now() + patience.giveUpAfter;
    for (let wait = firstWait; ; wait = Math.min(wait * 2, longestWait)) {
      const answer = await attempt(send, request);
      const isLate = Date.now() + wait > until;
      // Not an instanceof check: in-process servers use their own Response class.
      if (!(answer instanceof Error)) {
        if (isLate || !waitedFor.has(answer.status)) {
          onAnswer?.();
          return answer;
        }
        await answer.body?.cancel();
      } else if (onlyRefused || request.signal.aborted || isLasting(answer)) throw answer;
      else if (isLate)
        throw new Error(`No server answers at ${new URL(request.url).origin}: ${reasonOf(answer)}`, {
          cause: answer,
        });
      onWait?.(reasonOf(answer));
      await sleep(pause(answer, wait));
    }
  };
}

/** A response, or an error that waiting does not fix. */
const isLasting = (error: Error): boolean => error instanceof WrongServer || error instanceof ApiError;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const attempt = (send: Send, request: Request): Promise<Response | Error> =>
  send(request.clone()).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );

function pause(answer: Response | Error, wait: number): number {
  const requestedWait =
    answer instanceof Error ? Number.NaN : Number(answer.headers.get("retry-after") ?? Number.NaN);
  return Number.isNaN(requestedWait) ? wait * (0.75 + Math.random() / 2) : requestedWait * 1000;
}

function reasonOf(answer: Response | Error): string {
  if (!(answer instanceof Error)) return `it says ${answer.status}`;
  const { cause } = answer;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return answer.message;
}
