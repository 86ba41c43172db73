import { TriggerReplay } from "../../rules/trigger-replay.ts";
import type { Firing } from "../../rules/triggers.ts";
import {
  type BriefEvent,
  maxPreviewFirings,
  maxPreviewTimes,
  type PreviewFiring,
  type TriggerPreview,
} from "../../schema/automation-tools.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import type { Trigger } from "../../schema/triggers.ts";
import type { NumberedEvent } from "../../store/records/automation-rows.ts";
import type { Store } from "../../store/store.ts";
import { TimeSlice } from "../time-slice.ts";

// When a trigger would have fired: stored events of the last days, evaluated by the rules that the server fires by.

/** Positions searched at once, and in all. */
const positionsAtOnce = 20_000;
const maxPositions = 1_000_000;
const pageSize = 500;
/** Events that match, of which only the head is kept. */
const maxEvents = 10_000;
/** After which no more events are read. */
const longestReadMs = 5000;
/** Windows that close, most of them without events, and firings. */
const maxSteps = 200_000;

const dayMs = 86_400_000;

export interface PreviewInput {
  trigger: Trigger;
  days: number;
  /** Its own firings do not count. */
  automationId: string;
  now: number;
}

export interface ReplayedTrigger extends TriggerPreview {
  /** Of the latest firing that an event caused. */
  latest: { firing: Firing; event: NumberedEvent["event"] } | undefined;
}

export async function previewTrigger(store: Store, input: PreviewInput): Promise<ReplayedTrigger> {
  const { trigger, days, automationId, now } = input;
  const wanted = now - days * dayMs;
  const matching = new TriggerReplay(automationId, trigger, wanted).watch;
  const slice = new TimeSlice();
  const found = await readBackward(store, { since: wanted, interest: matching.interest });
  const since = found.isWhole ? wanted : toMs(found.events.at(-1)?.event.occurred ?? timestamp(now));
  const replay = new TriggerReplay(automationId, trigger, since);
  const known = new Map(found.events.map(({ event }) => [event.id, event]));
  const firings: Firing[] = [];
  let steps = 0;
  const closeUntil = async (time: number) => {
    for (let one = replay.closeNext(time); one.isClosed && steps < maxSteps; one = replay.closeNext(time)) {
      if (one.fired) firings.push(one.fired);
      steps += 1;
      await slice.next();
    }
  };
  for (const { event } of found.events.toReversed()) {
    await closeUntil(toMs(event.occurred));
    for (const hit of replay.watch.hits(event)) {
      const fired = replay.apply(hit, event);
      if (fired) firings.push(fired);
    }
    steps += 1;
    await slice.next();
  }
  await closeUntil(now);
  const last = firings.findLast(({ event_id }) => event_id !== null && known.has(event_id));
  const event = known.get(last?.event_id ?? "");
  return {
    ...{ since: timestamp(since), until: timestamp(now), events: found.events.length },
    is_whole: found.isWhole && steps < maxSteps,
    count: firings.length,
    times: firings.slice(-maxPreviewTimes).map(({ at }) => timestamp(at)),
    firings: firings
      .slice(-maxPreviewFirings)
      .toReversed()
      .map((firing) => described(firing, known)),
    latest: last && event && { firing: last, event },
  };
}

function described({ at, labels, event_id }: Firing, known: ReadonlyMap<string, BriefEvent>): PreviewFiring {
  const event = known.get(event_id ?? "");
  const brief = event && {
    ...{ id: event.id, event: event.event, occurred: event.occurred, resource: event.resource },
  };
  return { at: timestamp(at), labels, event: brief ?? null };
}

interface Reading {
  since: number;
  interest: TriggerReplay["watch"]["interest"];
}

/** The latest events that may match, newest first, without their payloads. */
async function readBackward(store: Store, { since, interest }: Reading) {
  const work = store.automationWork;
  const { last } = await work.progress();
  const first = await work.firstSince(timestamp(since));
  if (first === undefined) return { events: [], isWhole: true };
  const stop = Math.max(first - 1, last - maxPositions);
  const deadline = performance.now() + longestReadMs;
  const events: NumberedEvent[] = [];
  let until = last;
  while (until > stop && events.length < maxEvents && performance.now() < deadline) {
    const after = Math.max(stop, until - positionsAtOnce);
    const page = await work.eventHeads({ after, until, limit: pageSize, ...interest });
    events.push(...page);
    until = page.length === pageSize ? (page.at(-1)?.seq ?? after) - 1 : after;
  }
  return { events, isWhole: until <= first - 1 };
}
