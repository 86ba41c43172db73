import type { LeaseHolder, MinimalLimit } from "../../schema/concurrency-limits.ts";

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

/** The result of acquiring slots: all of the requested ones or none. */
export type Acquired =
  | { kind: "acquired"; limits: MinimalLimit[]; lease_id: string | null }
  /** No free slots: retry after about this many seconds (a mean: the caller adds jitter). */
  | { kind: "denied"; limits: MinimalLimit[]; delay_seconds: number }
  /** Can never succeed; the message gives the reason. */
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

const tagPrefix = "tag:";
export const limitOfTag = (tag: string): string => `${tagPrefix}${tag}`;
export const tagOf = (name: string): string | undefined =>
  name.startsWith(tagPrefix) ? name.slice(tagPrefix.length) : undefined;
