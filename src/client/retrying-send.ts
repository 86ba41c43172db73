import { ApiError, type Send } from "./client.ts";
import { WrongServer } from "./server-verification.ts";

const passing = new Set([408, 429, 502, 503]);
/** Of these answers it is certain that nothing has been done. */
const refused = new Set([429, 503]);
const firstWait = 100;
const longestWait = 4000;

export interface RetryPolicy {
  /** Milliseconds after which the last answer, or the last error, stands. Asked for with each request. */
  giveUpAfter: number;
  /** Told before each pause. */
  onWait?(reason: string): void;
  /** Told of each answer that stands. */
  onAnswer?(): void;
  /** For who must know at once that no server is there, or whose requests cannot be told from their repetition. */
  onlyRefused?: boolean;
}

const twoMinutes: RetryPolicy = { giveUpAfter: 120_000 };

/**
 * Sends again while the server is away or says that it is busy. Safe because every write of the engine can be
 * told from its repetition: idempotency keys for runs, transition ids for states, ids for events.
 */
export function retryingSend(send: Send, patience: RetryPolicy = twoMinutes): Send {
  const { onWait, onAnswer, onlyRefused = false } = patience;
  const waitedFor = onlyRefused ? refused : passing;
  return async (request) => {
    const until = Date.now() + patience.giveUpAfter;
    for (let wait = firstWait; ; wait = Math.min(wait * 2, longestWait)) {
      const answer = await attempt(send, request);
      const isLate = Date.now() + wait > until;
      // Not asked whether it is a Response: servers in the same process put a class of their own in that place.
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

/** An answer, or something that waiting does not mend. */
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
