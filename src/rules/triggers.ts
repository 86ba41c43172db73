import type { EventCreate } from "../schema/events.ts";
import { toMs } from "../schema/scalars.ts";
import type { EventTrigger, Trigger } from "../schema/triggers.ts";
import { type Held, heldWithin, hold, holdsEvents } from "./buffered-events.ts";
import type { Hit, Leaf } from "./trigger-matching.ts";

// When automations fire: pure functions from buckets and an event, or the time, to changed buckets and
// firings. Windows follow the times at which events occurred, not at which they arrived.

/** The count of one trigger for one set of label values. */
export interface Count {
  kind: "count";
  key: string[];
  /** Milliseconds since the epoch; earlier events do not count. */
  start: number;
  end: number;
  count: number;
  /** The last event that was counted or opened the window. */
  event_id: string | null;
}

/** The child triggers of a compound or sequence that have fired, in firing order. */
export interface Collection {
  kind: "collection";
  firings: Firing[];
}

export type Bucket = Count | Collection | Held;

export interface Firing {
  trigger_id: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** The label values of the bucket. */
  labels: Record<string, string>;
  /** The event that made it fire; for a proactive trigger the last one seen. */
  event_id: string | null;
  /** Firings of the child triggers. */
  firings: Firing[];
}

/** Buckets by their ids. */
export type Buckets = ReadonlyMap<string, Bucket>;

export interface Outcome {
  /** Undefined deletes the bucket. */
  changes: [id: string, bucket: Bucket | undefined][];
  /** The firing of the automation's whole trigger, if any. */
  fired: Firing | undefined;
}

export const bucketId = (triggerId: string, key: readonly string[] = []): string =>
  key.length === 0 ? triggerId : `${triggerId} ${JSON.stringify(key)}`;

const heldId = (triggerId: string, key: readonly string[]): string => bucketId(`${triggerId} held`, key);

/** Ids of all buckets that a hit may read or change. */
export const bucketIdsOf = ({ leaf, key }: Hit): string[] => [
  bucketId(leaf.trigger.id, key),
  ...(holdsEvents(leaf.trigger) ? [heldId(leaf.trigger.id, key)] : []),
  ...leaf.parents.map(({ id }) => bucketId(id)),
];

/** A count without a window is dropped after this time without events; events are kept no longer. */
const forgottenMs = 7 * 86_400_000;

/** Applies an event to a trigger that it matches. */
export function onEvent({ leaf, key }: Hit, event: EventCreate, buckets: Buckets): Outcome {
  const id = bucketId(leaf.trigger.id, key);
  const known = buckets.get(id);
  const moment: Moment = {
    at: toMs(event.occurred),
    key,
    event_id: event.id,
    opens: leaf.opens(event.event),
    counts: leaf.counts(event.event),
  };
  const count = known?.kind === "count" ? known : undefined;
  if (leaf.trigger.posture === "Reactive")
    return passedOn(leaf, id, key, buckets, reactive(leaf.trigger, count, moment));
  const [place, before] = [heldId(leaf.trigger.id, key), buckets.get(heldId(leaf.trigger.id, key))];
  const held = before?.kind === "held" ? before : undefined;
  const outcome = passedOn(leaf, id, key, buckets, proactive(leaf.trigger, count, moment, held));
  if (!holdsEvents(leaf.trigger) || moment.opens || !moment.counts) return outcome;
  return { ...outcome, changes: [...outcome.changes, [place, hold(leaf.trigger, held, moment)]] };
}

/** Closes a count whose window has ended by `now`. */
export function onTime(leaf: Leaf, bucket: Count, now: number, buckets: Buckets): Outcome {
  const { trigger } = leaf;
  const id = bucketId(trigger.id, bucket.key);
  const result: Weighed =
    trigger.posture === "Proactive" ? closed(trigger, bucket, now) : { bucket: undefined };
  return passedOn(leaf, id, bucket.key, buckets, result);
}

/** Windows that open at creation: those of proactive triggers without an opening event. */
export function openedAt(trigger: Trigger, now: number): [id: string, bucket: Count][] {
  if (trigger.type !== "event") return trigger.triggers.flatMap((child) => openedAt(child, now));
  const { posture, after, for_each } = trigger;
  if (posture !== "Proactive" || after.length > 0 || for_each.length > 0) return [];
  return [[bucketId(trigger.id), windowOf(trigger, { at: now, key: [], event_id: null })]];
}

interface Moment {
  at: number;
  key: string[];
  event_id: string | null;
  /** Whether the event opens a window, and whether it counts. */
  opens: boolean;
  counts: boolean;
}

interface Weighed {
  bucket: Count | undefined;
  fires?: { at: number; event_id: string | null };
}

const endOf = ({ within }: EventTrigger, at: number) => at + (within === 0 ? forgottenMs : within * 1000);

function windowOf(trigger: EventTrigger, { at, key, event_id }: Omit<Moment, "opens" | "counts">): Count {
  return { kind: "count", key, start: at, end: endOf(trigger, at), count: 0, event_id };
}

/** An event that both opens a window and counts must not count in the window that it opens. */
const openedBy = (trigger: EventTrigger, moment: Moment): Count => ({
  ...windowOf(trigger, moment),
  count: moment.counts ? -1 : 0,
});

/** Fires when the threshold is reached, at most once per window. */
function reactive(trigger: EventTrigger, known: Count | undefined, moment: Moment): Weighed {
  const { at, event_id } = moment;
  const isWindowless = trigger.within === 0;
  let bucket = known && at < known.end ? known : undefined;
  if (trigger.after.length > 0) {
    if (moment.opens) bucket ??= openedBy(trigger, moment);
    if (!bucket || !moment.counts) return { bucket };
  } else {
    // Events arrive out of order: one that occurred before the first arrival counts too.
    bucket ??= { ...windowOf(trigger, moment), start: at - trigger.within * 1000 };
  }
  if (at < bucket.start && !isWindowless) return { bucket };
  const count = bucket.count + 1;
  const end = isWindowless ? endOf(trigger, at) : bucket.end;
  if (count < trigger.threshold) return { bucket: { ...bucket, end, count, event_id } };
  const fires = { at, event_id };
  if (trigger.after.length > 0 || isWindowless) return { bucket: undefined, fires };
  return { bucket: { ...bucket, start: end, end: endOf(trigger, end), count: 0, event_id }, fires };
}

/** Fires at the end of a window below the threshold. */
function proactive(
  trigger: EventTrigger,
  known: Count | undefined,
  moment: Moment,
  held: Held | undefined,
): Weighed {
  const before = known && known.end <= moment.at ? closed(trigger, known, moment.at) : { bucket: known };
  return { ...before, bucket: expected(trigger, before.bucket, moment, held) };
}

function expected(
  trigger: EventTrigger,
  open: Count | undefined,
  moment: Moment,
  held: Held | undefined,
): Count | undefined {
  const { at, event_id, opens, counts } = moment;
  const hasStart = trigger.after.length > 0;
  let bucket = open;
  if (!bucket && (hasStart ? opens : counts)) {
    bucket = hasStart ? withHeld(trigger, openedBy(trigger, moment), held) : windowOf(trigger, moment);
    // The expected events arrived before the event that opens the window.
    if (!bucket) return undefined;
  }
  if (!bucket || !counts || at < bucket.start) return bucket;
  const count = bucket.count + 1;
  if (!hasStart || count < trigger.threshold) return { ...bucket, count, event_id };
  // The expected event has arrived. If it also opens a window, that one begins now.
  return opens ? withHeld(trigger, windowOf(trigger, moment), held) : undefined;
}

/** A new window with the early events counted; undefined when they reach the threshold. */
function withHeld(trigger: EventTrigger, opened: Count, held: Held | undefined): Count | undefined {
  const found = heldWithin(held, opened);
  return found >= trigger.threshold ? undefined : { ...opened, count: opened.count + found };
}

/** Ends a window, and opens the next one where windows repeat. */
function closed(trigger: EventTrigger, bucket: Count, at: number): Weighed {
  const isShort = bucket.count < trigger.threshold;
  const goesOn = trigger.after.length === 0 && (isShort || trigger.for_each.length === 0);
  // Windows follow without a gap, unless time was not evaluated for longer than one window.
  const start = at < endOf(trigger, bucket.end) ? bucket.end : at;
  const next = goesOn ? { ...bucket, start, end: endOf(trigger, start), count: 0 } : undefined;
  return { bucket: next, ...(isShort && { fires: { at: bucket.end, event_id: bucket.event_id } }) };
}

/** Propagates the result of a leaf to its enclosing triggers. */
function passedOn(
  leaf: Leaf,
  id: string,
  key: readonly string[],
  buckets: Buckets,
  weighed: Weighed,
): Outcome {
  const { trigger, parents } = leaf;
  const changes: Outcome["changes"] = [[id, weighed.bucket]];
  if (!weighed.fires) return { changes, fired: undefined };
  const labels = Object.fromEntries(trigger.for_each.toSorted().map((label, at) => [label, key[at] ?? ""]));
  let fired: Firing | undefined = { trigger_id: trigger.id, labels, firings: [], ...weighed.fires };
  for (const parent of parents) {
    const known = buckets.get(bucketId(parent.id));
    const firings: Firing[] = collected(parent, known?.kind === "collection" ? known.firings : [], fired);
    const isReady = isComplete(parent, firings);
    changes.push([
      bucketId(parent.id),
      isReady || firings.length === 0 ? undefined : { kind: "collection", firings },
    ]);
    if (!isReady) return { changes, fired: undefined };
    const { at, event_id }: Firing = fired;
    fired = { trigger_id: parent.id, at, event_id, labels: {}, firings };
  }
  return { changes, fired };
}

type Composite = Exclude<Trigger, EventTrigger>;

/** The last firing of each child trigger that lies within the period of the newest one. */
function collected({ within }: Composite, known: readonly Firing[], firing: Firing): Firing[] {
  const all = [...known.filter(({ trigger_id }) => trigger_id !== firing.trigger_id), firing];
  if (within === null) return all;
  const newest = Math.max(...all.map(({ at }) => at));
  return all.filter(({ at }) => at >= newest - within * 1000);
}

function isComplete(trigger: Composite, firings: readonly Firing[]): boolean {
  if (trigger.type === "compound") {
    const { require, triggers } = trigger;
    const needed = require === "any" ? 1 : require === "all" ? triggers.length : require;
    return firings.length >= needed;
  }
  const order = firings.toSorted((one, other) => one.at - other.at).map(({ trigger_id }) => trigger_id);
  return (
    order.length === trigger.triggers.length && trigger.triggers.every(({ id }, place) => id === order[place])
  );
}
