import type { ScheduleInput, ScheduleProblem } from "../../rules/schedules.ts";
import type { Schedule } from "../../schema/schedules.ts";
import { parseDuration } from "../parts/time/durations.ts";
import { timeOf } from "../parts/time/times.ts";
import { instantOf, wallClock } from "../parts/time/wall-clock.ts";
import {
  cronOfPlan,
  type IntervalUnit,
  intervalOfPlan,
  type Plan,
  planned,
  planOfCron,
  planOfInterval,
  planOfRule,
  ruleOfPlan,
} from "./plans.ts";

export type ScheduleKind = "cron" | "interval" | "rrule";

/** A schedule while it is edited: what was typed for each kind stays, whichever is shown. */
export interface ScheduleDraft {
  kind: ScheduleKind;
  timezone: string;
  cron: string;
  dayOr: boolean;
  /** Seconds, or a duration such as `1h 30m`. */
  interval: string;
  /** On the clock of the time zone. */
  anchor: string;
  rrule: string;
  /** The saved anchor to the microsecond, for as long as it is not touched. */
  exact: { anchor: string; timezone: string; time: string } | undefined;
  /** The kind that this one was made from, and what was made. */
  origin: { kind: ScheduleKind; made: string } | undefined;
  /** The fields of cron are wanted, although a pattern would fit. */
  isCustom?: boolean;
  /** 120 minutes stay minutes while one edits them. */
  unit?: IntervalUnit;
}

/** What the fields of one kind of schedule get. */
export interface KindProps {
  id: string;
  draft: ScheduleDraft;
  onChange: (patch: Partial<ScheduleDraft>) => void;
  problem: ScheduleProblem | undefined;
}

export function newDraft(timezone: string, now: number): ScheduleDraft {
  const plan = planned({});
  const { seconds, anchor } = intervalOfPlan(plan, timezone, now);
  return {
    kind: "cron",
    timezone,
    cron: cronOfPlan(plan),
    dayOr: true,
    interval: String(seconds),
    anchor,
    rrule: ruleOfPlan(plan),
    exact: undefined,
    origin: undefined,
  };
}

export function draftOf(schedule: Schedule, now: number): ScheduleDraft {
  const timezone = schedule.timezone ?? "UTC";
  const empty = newDraft(timezone, now);
  if ("cron" in schedule) return { ...empty, kind: "cron", cron: schedule.cron, dayOr: schedule.day_or };
  if ("rrule" in schedule) return { ...empty, kind: "rrule", rrule: schedule.rrule };
  const anchor = wallClock(timeOf(schedule.anchor_date), timezone);
  return {
    ...empty,
    kind: "interval",
    interval: String(schedule.interval),
    anchor,
    exact: { anchor, timezone, time: schedule.anchor_date },
  };
}

/** As it goes to the rules to be judged; it may be wrong. */
export function inputOf(draft: ScheduleDraft): ScheduleInput {
  const { kind, timezone, cron, dayOr, rrule } = draft;
  if (kind === "cron") return { cron, timezone, day_or: dayOr };
  if (kind === "rrule") return { rrule, timezone };
  return { interval: secondsOf(draft.interval) ?? Number.NaN, anchor_date: anchorOf(draft), timezone };
}

/** As it goes to the server, once nothing is wrong with it. */
export function scheduleOf(draft: ScheduleDraft): Schedule {
  const { kind, timezone, cron, dayOr, rrule } = draft;
  if (kind === "cron") return { cron: cron.trim(), timezone, day_or: dayOr };
  if (kind === "rrule") return { rrule: rrule.trim(), timezone };
  return { interval: secondsOf(draft.interval) ?? 0, anchor_date: anchorOf(draft), timezone };
}

/** `5400`, `1h 30m` and `PT1H30M` alike. */
export function secondsOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  return parseDuration(trimmed.replace(/^PT?/i, "").toLowerCase().replace("t", " "));
}

function anchorOf({ anchor, timezone, exact }: ScheduleDraft): string {
  if (exact?.anchor === anchor && exact.timezone === timezone) return exact.time;
  const ms = instantOf(anchor, timezone);
  return ms === undefined ? anchor : new Date(ms).toISOString();
}

/** The rhythm of a draft, where it has one that the other kinds can say as well. */
export function planOf({ kind, cron, interval, anchor, rrule }: ScheduleDraft): Plan | undefined {
  if (kind === "cron") return planOfCron(cron);
  if (kind === "rrule") return planOfRule(rrule);
  return planOfInterval(secondsOf(interval) ?? 0, anchor);
}

/** Another kind with the same rhythm, as far as it can say it; going back finds what one left. */
export function switched(draft: ScheduleDraft, kind: ScheduleKind, now: number): ScheduleDraft {
  if (kind === draft.kind) return draft;
  const { origin } = draft;
  if (origin?.kind === kind && origin.made === rawOf(draft)) return { ...draft, kind, origin: undefined };
  const plan = planOf(draft);
  const texts = plan && textsOf(plan, { kind, timezone: draft.timezone, now });
  const next = { ...draft, kind, ...texts };
  return { ...next, origin: { kind: draft.kind, made: rawOf(next) } };
}

function textsOf(plan: Plan, { kind, timezone, now }: { kind: ScheduleKind; timezone: string; now: number }) {
  if (kind === "cron") return { cron: cronOfPlan(plan) };
  if (kind === "rrule") return { rrule: ruleOfPlan(plan) };
  const { seconds, anchor } = intervalOfPlan(plan, timezone, now);
  return { interval: String(seconds), anchor };
}

const rawOf = ({ kind, cron, interval, anchor, rrule }: ScheduleDraft): string =>
  ({ cron, rrule, interval: `${interval} ${anchor}` })[kind];
