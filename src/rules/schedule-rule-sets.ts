import type { RRuleSchedule } from "../schema/schedules.ts";
import { ruleSetWords } from "./rrule-descriptions.ts";
import type { WallTimes } from "./schedule-clock.ts";
import { dayOf } from "./schedule-days.ts";
import { type Effort, ScheduleFlaw } from "./schedule-errors.ts";
import { neverMeets, recurrence, startedRule } from "./schedule-recurrence.ts";
import { parseRuleSet, type Rule } from "./schedule-rrule.ts";

/** Local time: rules without a DTSTART start here. */
const defaultStart = dayOf(2020, 1, 1) * 86_400_000;

const longest = 6500;

/** All rules and dates combined, without the excluded ones. */
export function ruleSetTimes({ rrule, timezone }: RRuleSchedule, effort: Effort): WallTimes {
  const set = parseRuleSet(rrule, timezone);
  const start = set.start ?? defaultStart;
  const expand = (rule: Rule) => recurrence(rule, start, effort);
  const rules = set.rules.map(expand);
  const exRules = set.exRules.map(expand);
  const exDates = new Set(set.exDates);
  const dates = set.dates.toSorted((a, b) => a - b);
  const earliest = (from: number) => {
    const found = [...rules.map((next) => next(from)), dates.find((date) => date >= from)];
    return found.reduce(
      (least, one) => (least === undefined || (one ?? least) < least ? one : least),
      undefined,
    );
  };
  const next = (local: number) => {
    for (let from = local; ; ) {
      effort.step();
      const found = earliest(from);
      if (found === undefined) return undefined;
      if (!exDates.has(found) && !exRules.some((excluded) => excluded(found) === found)) return found;
      from = found + 1000;
    }
  };
  return { zone: timezone, next, repeats: false };
}

/** Throws a `ScheduleFlaw`. */
export function checkRuleSet({ rrule, timezone }: RRuleSchedule): void {
  if (rrule.length > longest)
    throw new ScheduleFlaw("rrule", undefined, `expected at most ${longest} characters, got ${rrule.length}`);
  const { rules, exRules, start = defaultStart, isStartInstant } = parseRuleSet(rrule, timezone);
  for (const rule of [...rules, ...exRules]) refuseOtherKindOfEnd(rule, isStartInstant);
  if (rules.some((rule) => neverMeets(rule, start)))
    throw new ScheduleFlaw(
      "rrule",
      "INTERVAL",
      "steps over all hours, minutes and seconds that the rule names",
    );
}

export function rruleWords({ rrule, timezone }: RRuleSchedule): string {
  const set = parseRuleSet(rrule, timezone);
  const rules = set.rules.map((rule) => startedRule(rule, set.start ?? defaultStart));
  return ruleSetWords(set, rules, timezone);
}

/** Clients in Python cannot parse a rule where only one of DTSTART and UNTIL has a zone. */
function refuseOtherKindOfEnd({ isUntilInstant }: Rule, isStartInstant: boolean | undefined): void {
  if (isStartInstant === undefined || isUntilInstant === undefined || isStartInstant === isUntilInstant)
    return;
  const wanted = isStartInstant
    ? "a time in UTC such as 20260131T090000Z, as DTSTART has a time zone"
    : "a local time such as 20260131T090000, as DTSTART has no time zone";
  throw new ScheduleFlaw("rrule", "UNTIL", `expected ${wanted}`);
}
