import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type Client } from "../client/client.ts";
import { concurrencyLimits, type LeaseHolder, type MinimalLimit } from "../schema/concurrency-limits.ts";

/** How long our server may hold a request; it answers as soon as the slots are free. */
const longestHold = 30;
const firstPause = 0.25;

/** A request for slots. */
export interface SlotRequest {
  names: readonly string[];
  slots: number;
  holder?: LeaseHolder | undefined;
  /** Ends the waiting. */
  signal?: AbortSignal | undefined;
  /** Deadline in ms since the epoch. */
  until?: number | undefined;
  /** No slot is free yet. */
  onWait?(): void;
}
export interface Slots {
  leaseId: string;
  limits: MinimalLimit[];
}

/** No slot became free before the caller's timeout. */
export class SlotTimeoutError extends Error {
  constructor(names: readonly string[]) {
    super(`Timed out waiting for a slot of ${list(names)}.`);
    this.name = "SlotTimeoutError";
  }
}

/** Takes a slot of each named limit, waiting until it can. Limits that do not exist or are inactive limit nothing. */
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

/** Takes slots that the server releases at the rate of the limit. */
export function acquireRate(client: Client, request: SlotRequest): Promise<MinimalLimit[]> {
  const input = { ...bodyOf(request), mode: "rate_limit" as const };
  return serialize(request, (wait_seconds) =>
    client.call(concurrencyLimits.increment, { ...input, wait_seconds }, signalled(request)),
  );
}

export async function releaseSlots(client: Client, leaseId: string): Promise<void> {
  // A lease that cannot be released expires.
  await client.call(concurrencyLimits.decrementWithLease, { lease_id: leaseId }).catch(() => {});
}

const bodyOf = ({ names, slots }: SlotRequest) => ({ names: [...names].toSorted(), slots });
const signalled = ({ signal }: SlotRequest) => (signal ? { signal } : {});

const lines = new Map<string, Promise<unknown>>();

/** The server queues one request per holder, so of several equal requests only one is sent at a time. */
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
    // A server that holds requests has used up the time; another says when to retry.
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
