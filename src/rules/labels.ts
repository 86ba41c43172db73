import { someGlobMatcher } from "../schema/globs.ts";

// How labels and names of events are compared: in the filters of events and in the triggers of automations.

type Labels = Readonly<Record<string, string>>;
type Wanted = string | readonly string[];

/** Whether all label conditions match; without conditions always true. */
export function labelsMatcher(wanted: Readonly<Record<string, Wanted>>): (labels: Labels) => boolean {
  const tests = Object.entries(wanted).map(([key, value]) => [key, labelMatcher(value)] as const);
  return (labels) => tests.every(([key, isWanted]) => isWanted(labels[key]));
}

/**
 * One value, or a list of alternatives; `*` and `?` are wildcards, a leading `!` negates. A missing
 * label matches neither a value nor a negated value.
 */
export function labelMatcher(wanted: Wanted): (value: string | undefined) => boolean {
  const texts = typeof wanted === "string" ? [wanted] : wanted;
  const included = texts.filter((text) => !text.startsWith("!"));
  const excluded = texts.filter((text) => text.startsWith("!")).map((text) => text.slice(1));
  const isIncluded = included.length === 0 ? () => true : someGlobMatcher(included);
  const isExcluded = someGlobMatcher(excluded);
  return (value) => {
    if (value === undefined) return texts.length === 0;
    return !isExcluded(value) && isIncluded(value);
  };
}
