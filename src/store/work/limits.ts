import type {
  ConcurrencyLimit,
  concurrencyLimits,
  LeaseHolder,
  MinimalLimit,
  TagLimit,
  tagLimits,
} from "../../schema/concurrency-limits.ts";
import type { Parsed } from "../../schema/route.ts";
import type { RunRef, SlotBoard } from "../../schema/waiting.ts";
import type { Created } from "../nouns.ts";

// The verbs of concurrency limits: global ones, the slots taken on them, and limits by tag, which are the
// global limits named `tag:<tag>`.

export type { LeaseHolder };

export interface NewLimit {
  name: string;
  limit: number;
  active?: boolean;
  active_slots?: number;
  denied_slots?: number;
  slot_decay_per_second?: number;
}

/** How an attempt to take slots ended. All that is asked for is given, or nothing. */
export type Acquired =
  | { kind: "acquired"; limits: MinimalLimit[]; lease_id: string | null }
  /** No room: come back after about this many seconds (a mean: the caller adds the jitter). */
  | { kind: "denied"; limits: MinimalLimit[]; delay_seconds: number }
  /** Can never be given; the message says why. */
  | { kind: "impossible"; message: string };

export interface Lease {
  id: string;
  slots: number;
  /** The limits it holds slots of. */
  limits: { id: string; name: string }[];
  holder: LeaseHolder | null;
  created: string;
  /** Null: until it is released. */
  expires: string | null;
}

export interface ConcurrencyLimits {
  /** Throws the problem `conflict` when the name is taken. */
  create(limit: NewLimit): Promise<ConcurrencyLimit>;
  /** By name: changes an existing one to what is given. */
  upsert(limit: NewLimit): Promise<Created<ConcurrencyLimit>>;
  /** With the slots that are taken at the moment: what decays has been given back. */
  read(idOrName: string): Promise<ConcurrencyLimit | undefined>;
  /** Those that there are of these names, as they were last written: what decays is counted from `updated`. */
  written(names: readonly string[]): Promise<ConcurrencyLimit[]>;
  /** As they were last written. */
  readMany(ids: readonly string[]): Promise<ConcurrencyLimit[]>;
  /** By name, with the slots that are taken at the moment. */
  filter(page: { limit: number; offset: number }): Promise<ConcurrencyLimit[]>;
  update(idOrName: string, changes: Partial<NewLimit>): Promise<boolean>;
  delete(idOrName: string): Promise<boolean>;

  /** Slots without a lease: they stay taken until `release`. Unknown names are passed over; inactive limits count nothing. */
  acquire(input: Parsed<typeof concurrencyLimits.increment>): Promise<Acquired>;
  release(input: Parsed<typeof concurrencyLimits.decrement>): Promise<MinimalLimit[]>;

  /** Counts slots that somebody has come to wait for or, where less than none, does not wait for any more. */
  countDenied(names: readonly string[], slots: number): Promise<void>;

  /** Slots with a lease; `lease_duration: null` never expires. `id`: of a lease that is gone, for this one to have. */
  acquireLease(
    input: Omit<Parsed<typeof concurrencyLimits.incrementWithLease>, "lease_duration"> & {
      lease_duration: number | null;
      id?: string;
    },
  ): Promise<Acquired>;
  readLease(id: string): Promise<Lease | undefined>;
  leasesOf(holder: LeaseHolder): Promise<Lease[]>;
  /** False when there is no such lease any more. */
  releaseLease(id: string): Promise<boolean>;
  renewLease(id: string, seconds: number): Promise<boolean>;
  /** Drops the record of a lease without giving its slots back. */
  forgetLease(id: string): Promise<boolean>;
  /** Gives back the slots of every lease whose time is over. */
  expireLeases(): Promise<Lease[]>;
}

/** Who holds the slots of limits, and who waits for them. */
export interface Slots {
  /**
   * By name: the boards of all limits, or of those named. `waiters`: the flow runs that wait for a slot of their
   * deployment; others wait in front of the server and are not stored.
   */
  boards(names: readonly string[] | null): Promise<SlotBoard[]>;
  /** Flow runs that wait for a slot of their deployment though there are some free: as many as these, by turns. */
  next(): Promise<string[]>;
  /** Those that there are. */
  runs(ids: readonly string[]): Promise<RunRef[]>;
  /** Takes the slots from their holder, and tells of it as the event `praetor.slot.released`. */
  release(leaseId: string): Promise<boolean>;
}

export interface TagLimits {
  create(input: Parsed<typeof tagLimits.create>): Promise<Created<TagLimit>>;
  read(id: string): Promise<TagLimit | undefined>;
  readByTag(tag: string): Promise<TagLimit | undefined>;
  filter(input: Parsed<typeof tagLimits.filter>): Promise<TagLimit[]>;
  /** Frees all slots, or leaves them to the task runs given. False when the tag has no limit. */
  reset(input: Parsed<typeof tagLimits.reset>): Promise<boolean>;
  delete(id: string): Promise<boolean>;
  deleteByTag(tag: string): Promise<boolean>;
  /** One slot of each tag that has a limit, held by the task run. */
  acquire(input: Parsed<typeof tagLimits.increment>): Promise<Acquired>;
  release(input: Parsed<typeof tagLimits.decrement>): Promise<MinimalLimit[]>;
}

const tagPrefix = "tag:";
export const limitOfTag = (tag: string): string => `${tagPrefix}${tag}`;
export const tagOf = (name: string): string | undefined =>
  name.startsWith(tagPrefix) ? name.slice(tagPrefix.length) : undefined;
