import { parseDuration } from "../parts/time/durations.ts";
import { instantIn } from "../parts/time/times.ts";
import type { Value } from "./query-text.ts";

// What values of a query bar mean, whatever list they are asked of.

/** Part of a name, or whole names, as a filter by name takes them. */
export function nameCondition(values: readonly Value[]): { any_: string[] } | { like_: string } {
  const [first] = values;
  if (values.length === 1 && first && !first.exact) return { like_: first.text };
  return { any_: textsOf(values) };
}

/** `project=*`: the beginning of a tag; undefined where it is none. */
export const beginningOf = ({ text, exact }: Value): string | undefined =>
  !exact && text.length > 1 && text.endsWith("*") ? text.slice(0, -1) : undefined;

/** A name, or a part of one, as our server looks for it. */
export const nameMatch = ({ text, exact }: Value): object => ({ text, match: exact ? "whole" : "part" });

/** A tag, or the beginning of one. */
export const tagMatch = (value: Value): object => {
  const beginning = beginningOf(value);
  return beginning === undefined ? { text: value.text } : { text: beginning, match: "start" };
};

export const textsOf = (values: readonly Value[]): string[] => values.map((value) => value.text);

/** Whether a name is the one asked for, or has the part asked for. */
export const isNamed = (name: string, { text, exact }: Value): boolean =>
  exact ? name === text : name.toLowerCase().includes(text.toLowerCase());

const answers: Record<string, boolean> = { yes: true, true: true, no: false, false: false };
/** What `paused:yes` says; undefined when it is no answer. */
export const answerOf = (value: Value | undefined): boolean | undefined =>
  answers[value?.text.toLowerCase() ?? ""];

/**
 * `24h` before now, or a date with or without a time, in milliseconds; in the given time zone, unless it names an
 * offset. Undefined when it is neither.
 */
export function instantOf(text: string, now: number, zone: string): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago * 1000;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  if (!/T.*(Z|[+-]\d{2}:?\d{2})$/i.test(text)) return instantIn(text.toUpperCase(), zone);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `>10s`, `<5m`, `10s..1m`, in seconds. */
export function durationRange(text: string): { over: number; under: number } | undefined {
  const [, sign = "", low = "", high] = /^([<>]=?)?(.+?)(?:\.\.(.+))?$/.exec(text) ?? [];
  const first = parseDuration(low);
  const second = high === undefined ? undefined : parseDuration(high);
  if (first === undefined || (high !== undefined && second === undefined)) return undefined;
  if (second !== undefined) return { over: first, under: second };
  return sign.startsWith("<") ? { over: 0, under: first } : { over: first, under: Number.POSITIVE_INFINITY };
}

const idPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
export const isId = ({ text }: Value): boolean => idPattern.test(text);
