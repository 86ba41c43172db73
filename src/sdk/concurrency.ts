import type { LeaseHolder } from "../schema/concurrency-limits.ts";
import { type Duration, seconds } from "./duration.ts";
import { concurrencyKinds, rateLimitKinds } from "./option-kinds.ts";
import { callback, checkArgument, checkOptions, either, listOf, name } from "./options.ts";
import { currentContext, type Run } from "./run.ts";
import { type Session, session } from "./session.ts";
import { acquireRate, acquireSlots, list, releaseSlots, type SlotRequest } from "./slots.ts";

export interface ConcurrencyOptions {
  /** Slots to take of each limit. Default: 1. */
  occupy?: number;
  /** Longest wait for the slots. Default: unlimited. */
  timeout?: Duration;
  /** The slots are released after this time without a heartbeat from the process. Default: 5 minutes. */
  lease?: Duration;
  /** Whether a limit that does not exist is an error. Default: false, which limits nothing. */
  strict?: boolean;
}
export type RateLimitOptions = Pick<ConcurrencyOptions, "occupy" | "timeout" | "strict">;

/** Slots that are held until released, at the latest when the scope of `await using` ends. */
export interface Lease extends AsyncDisposable {
  readonly names: readonly string[];
  /** Aborts when the slots are lost: the lease was revoked, or expired while the server was unreachable. */
  readonly signal: AbortSignal;
  release(): Promise<void>;
}
type Names = string | readonly string[];
type Inside = (lease: Lease) => unknown;

/**
 * Waits for slots of a global concurrency limit and holds them. Several limits are taken together or not at all.
 *
 * @example
 * await using slot = await concurrency("database", { occupy: 2, timeout: "1m" });
 * const rows = await concurrency("database", () => load());
 */
export async function concurrency(names: Names, options?: ConcurrencyOptions): Promise<Lease>;
export async function concurrency<T>(names: Names, inside: (lease: Lease) => T): Promise<Awaited<T>>;
export async function concurrency<T>(
  names: Names,
  options: ConcurrencyOptions,
  inside: (lease: Lease) => T,
): Promise<Awaited<T>>;
export async function concurrency(
  names: Names,
  second: ConcurrencyOptions | Inside = {},
  third?: Inside,
): Promise<unknown> {
  const [options, inside] = typeof second === "function" ? [{}, second] : [second, third];
  if (inside !== undefined) checkArgument("concurrency", "what runs inside", inside, callback);
  if (typeof second === "function" && third !== undefined)
    throw new TypeError(
      'concurrency: expected the options before the function: concurrency("name", { … }, fn)',
    );
  const lease = await take(namesIn("concurrency", names), options);
  if (!inside) return lease;
  await using _ = lease;
  return await inside(lease);
}

/**
 * Waits until the rate of a limit allows another call. Slots are released by the server, at the rate given by
 * the limit's slot decay per second.
 *
 * @example
 * await rateLimit("weather-api");
 */
export async function rateLimit(names: Names, options: RateLimitOptions = {}): Promise<void> {
  checkOptions("rateLimit", options, rateLimitKinds);
  const wanted = namesIn("rateLimit", names);
  const { run } = currentContext();
  const open = await session();
  const limits = await acquireRate(open.client, wishOf(wanted, options, run));
  check(wanted, { limits, strict: options.strict, run, open });
}

function namesIn(place: string, names: Names): string[] {
  checkArgument(place, "the limit", names, either(name, listOf(name, "such texts")));
  return [names].flat();
}

const defaultLease = 300;

async function take(names: readonly string[], options: ConcurrencyOptions): Promise<Lease> {
  checkOptions("concurrency", options, concurrencyKinds);
  const { run } = currentContext();
  const open = await session();
  const client = run?.flow?.client ?? open.client;
  const length = options.lease === undefined ? defaultLease : seconds(options.lease, "lease");
  const { leaseId, limits } = await acquireSlots(client, wishOf(names, options, run), length);
  const controller = new AbortController();
  const drop = async () => {
    stop();
    await releaseSlots(client, leaseId);
  };
  const stop = open.transport.holdLease({
    id: leaseId,
    seconds: length,
    attempt: run?.flow?.root,
    onLost: () => {
      controller.abort(new DOMException(lostText(names), "AbortError"));
      if (run) loseSlots(run, names);
    },
  });
  try {
    check(names, { limits, strict: options.strict, run, open });
  } catch (error) {
    await drop();
    throw error;
  }
  let released: Promise<void> | undefined;
  const release = () => {
    released ??= drop();
    return released;
  };
  return { names, signal: controller.signal, release, [Symbol.asyncDispose]: release };
}

const lostText = (names: readonly string[]): string =>
  `The slots of ${list(names)} were lost: they were released, or the process sent no heartbeat for too long.`;

/** More slots than the limit allows would be in use. */
export const loseSlots = (run: Run & { grace?: number }, names: readonly string[]): void =>
  run.end({ kind: "crashed", message: lostText(names), grace: run.grace ?? 0 });

function wishOf(
  names: readonly string[],
  { occupy = 1, timeout }: RateLimitOptions,
  run: Run | undefined,
): SlotRequest {
  return {
    names,
    slots: occupy,
    holder: run && holderOf(run),
    signal: run?.signal,
    until: timeout === undefined ? undefined : Date.now() + seconds(timeout, "timeout") * 1000,
    onWait: () => run?.logger.info(`Waiting for a slot of ${list(names)}`),
  };
}

export const holderOf = ({ ref }: Run): LeaseHolder => ({ type: ref.kind, id: ref.id });

interface Found {
  limits: readonly { name: string }[];
  strict: boolean | undefined;
  run: Run | undefined;
  open: Session;
}

function check(names: readonly string[], { limits, strict = false, run, open }: Found): void {
  const missing = names.filter((name) => !limits.some((limit) => limit.name === name));
  if (missing.length === 0) return;
  const problem = `No active concurrency limit ${list(missing)}`;
  if (strict) throw new Error(`${problem}.`);
  const text = `${problem}: continuing without a limit.`;
  if (run) run.logger.warn(text);
  else open.logs.print("warning", text);
}
