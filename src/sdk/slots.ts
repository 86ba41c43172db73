import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type Client } from "../client/client.ts";
import { concurrencyLimits, type LeaseHolder, type MinimalLimit } from "../schema/concurrency-limits.ts";

/** For so long a request may be held by our server, which answers as soon as the slots are there. */
const longestHold = 30;
const firstPause = 0.25;

/** What somebody wants slots of. */
export interface SlotRequest {
  names: readonly string[];
  slots: number;
  holder?: LeaseHolder | undefined;
  /** Ends the waiting. */
  signal?: AbortSignal | undefined;
  /** Milliseconds since the epoch, after which it is given up. */
  until?: number | undefined;
  /** There is no room yet. */
  onWait?(): void;
}
export interface Slots {
  leaseId: string;
  limits: MinimalLimit[];
}

/** No slot came free in the time that the caller had. */
export class SlotTimeoutError extends Error {
  constructor(names: readonly string[]) {
    super(`Timed out waiting for a slot of ${list(names)}.`);
    this.name = "SlotTimeoutError";
  }
}

/** Takes a slot of each limit named, or waits until it can. Limits that do not exist or are inactive limit nothing. */
export async function acquireSlots(client: Client, request: SlotRequest, seconds: number): Promise<Slots> {
  const input = {
    ...bodyOf(request),
    lease_duration: seconds,
    ...(request.holder ? { holder: request.holder } : {}),
  };
  const taken = await serialize(request, (wait_seconds) =>
    client.call(concurrencyLimits.incrementWithLease, { ...input, wait_seconds }, signalled(request)),
  );
  return { leaseId: taken.lease_id, limits: taken.limits };
}

/** Takes slots that come back on their own, at the rate of the limit. */
export function acquireRate(client: Client, request: SlotRequest): Promise<MinimalLimit[]> {
  const input = { ...bodyOf(request), mode: "rate_limit" as const };
  return serialize(request, (wait_seconds) =>
    client.call(concurrencyLimits.increment, { ...input, wait_seconds }, signalled(request)),
  );
}

export async function releaseSlots(client: Client, leaseId: string): Promise<void> {
  // A lease that cannot be given back ends on its own.
  await client.call(concurrencyLimits.decrementWithLease, { lease_id: leaseId }).catch(() => {});
}

const bodyOf = ({ names, slots }: SlotRequest) => ({ names: [...names].toSorted(), slots });
const signalled = ({ signal }: SlotRequest) => (signal ? { signal } : {});

const lines = new Map<string, Promise<unknown>>();

/** The server gives a holder one place for one request, so that of several equal requests one asks at a time. */
async function serialize<T>(request: SlotRequest, ask: (waitSeconds: number) => Promise<T>): Promise<T> {
  const { holder } = request;
  if (!holder) return acquireWithRetry(request, ask);
  const key = `${holder.id} ${bodyOf(request).names.join(" ")}`;
  const before = lines.get(key) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(() => acquireWithRetry(request, ask));
  lines.set(key, mine);
  try {
    return await mine;
  } finally {
    if (lines.get(key) === mine) lines.delete(key);
  }
}

async function acquireWithRetry<T>(
  request: SlotRequest,
  ask: (waitSeconds: number) => Promise<T>,
): Promise<T> {
  const { names, until = Number.POSITIVE_INFINITY, signal } = request;
  for (let hold = 0; ; ) {
    const since = Date.now();
    const answer = await attempt(() => ask(hold));
    if ("value" in answer) return answer.value;
    const left = (until - Date.now()) / 1000;
    if (left <= 0) throw new SlotTimeoutError(names);
    if (hold === 0) request.onWait?.();
    // A server that holds requests has let the time go by; another says when to come again.
    const wasHeld = Date.now() - since >= hold * 900;
    if (hold > 0 && !wasHeld)
      await sleep(Math.min(answer.retryAfter ?? firstPause, left) * 1000, undefined, { signal });
    hold = Math.min(longestHold, left);
  }
}

async function attempt<T>(ask: () => Promise<T>): Promise<{ value: T } | { retryAfter: number | undefined }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof ApiError && error.status === 423) return { retryAfter: error.retryAfter };
    throw error;
  }
}

export const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(", ");
