import { instantOf, localTime, zoneOffset } from "../../rules/schedules.ts";
import { isTimeZone } from "../../schema/schedules.ts";

/** An RRULE as it is written, with what one edits told apart from what is only kept. */
export interface RuleText {
  parts: readonly (readonly [name: string, value: string])[];
  /** The value of DTSTART, with its parameters before it: `;TZID=Europe/Berlin:20260101T090000`. */
  start: string | undefined;
  /** Lines such as EXDATE. */
  others: readonly string[];
  /** Written as `RRULE:FREQ=…`, not as `FREQ=…` alone. */
  isNamed: boolean;
}

/** Undefined for what has not exactly one rule, which only its text can show. */
export function readRule(text: string): RuleText | undefined {
  const lines = text.trim().split(/\s+/);
  const rules = lines.filter((line) => /^(RRULE:|FREQ=|[A-Z]+=[^:]*$)/i.test(line));
  const starts = lines.filter((line) => /^DTSTART/i.test(line));
  const [rule = ""] = rules;
  if (rules.length !== 1 || starts.length > 1) return undefined;
  const body = rule.replace(/^RRULE:/i, "");
  const parts = body
    .split(";")
    .filter(Boolean)
    .map((part) => {
      const [name = "", value = ""] = part.split("=");
      return [name.toUpperCase(), value.toUpperCase()] as const;
    });
  return {
    parts,
    start: starts[0]?.slice("DTSTART".length),
    others: lines.filter((line) => line !== rule && line !== starts[0]),
    isNamed: body !== rule,
  };
}

export function writeRule({ parts, start, others, isNamed }: RuleText): string {
  const body = parts.map(([name, value]) => `${name}=${value}`).join(";");
  if (start === undefined && others.length === 0 && !isNamed) return body;
  return [...(start === undefined ? [] : [`DTSTART${start}`]), `RRULE:${body}`, ...others].join("\n");
}

export const partOf = (rule: RuleText, name: string): string | undefined =>
  rule.parts.find(([key]) => key === name)?.[1];

/** A part set, or taken out when it is undefined or empty; a new one comes last. */
export function withPart(rule: RuleText, name: string, value: string | number | undefined): RuleText {
  const text = value === undefined ? "" : String(value);
  const has = rule.parts.some(([key]) => key === name);
  if (text === "") return { ...rule, parts: rule.parts.filter(([key]) => key !== name) };
  if (!has) return { ...rule, parts: [...rule.parts, [name, text]] };
  return { ...rule, parts: rule.parts.map((part) => (part[0] === name ? ([name, text] as const) : part)) };
}

export const withParts = (rule: RuleText, parts: Record<string, string | number | undefined>): RuleText =>
  Object.entries(parts).reduce((next, [name, value]) => withPart(next, name, value), rule);

/** The same end, local where DTSTART is, and in UTC where DTSTART says a zone: clients in Python read no other rules. */
export function withEndLikeStart(rule: RuleText, zone: string): RuleText {
  const until = partOf(rule, "UNTIL");
  const wall = wallOfRule(until ?? "");
  if (until === undefined || !wall || rule.start === undefined) return rule;
  const stated = /;TZID=([^;:]+)/i.exec(rule.start)?.[1];
  const isInstant = /Z$/i.test(rule.start) || (stated !== undefined && isTimeZone(stated));
  if (isInstant === until.endsWith("Z")) return rule;
  const ms = Date.parse(`${wall}Z`);
  const written = new Date(isInstant ? instantOf(zone, ms) : ms + zoneOffset(zone, ms));
  return withPart(rule, "UNTIL", `${ruleTime(written.toISOString().slice(0, 19))}${isInstant ? "Z" : ""}`);
}

/** The day of the end, as the zone's calendar shows it; empty without an end. */
export function lastDay(rule: RuleText, zone: string): string {
  const until = partOf(rule, "UNTIL") ?? "";
  const wall = wallOfRule(until);
  if (!wall) return "";
  return until.endsWith("Z") ? localTime(zone, Date.parse(`${wall}Z`)).date : wall.slice(0, 10);
}

/** `20260329T023000` and `2026-03-29T02:30`, into each other. */
export const ruleTime = (wall: string): string => wall.replaceAll(/[-:]/g, "").padEnd(15, "0");
export function wallOfRule(time: string): string | undefined {
  const [, year, month, day, hour = "00", minute = "00", second = "00"] =
    /(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?)?Z?$/.exec(time) ?? [];
  return year && `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}
