import { longestValue, mostChanges, type ParameterChange } from "../schema/run-summary.ts";

type Parameters = Readonly<Record<string, unknown>>;

/** How the parameters of a run differ from those of an earlier one: those that are named, and how many there are. */
export function parameterChanges(
  before: Parameters,
  now: Parameters,
): { changes: ParameterChange[]; change_count: number } {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  const all = names.flatMap((name) => {
    const texts = { before: textOf(before, name), now: textOf(now, name) };
    return texts.before === texts.now ? [] : [{ name, ...texts }];
  });
  const changes = all.slice(0, mostChanges).map(({ name, ...texts }) => ({
    name: shortened(name),
    before: texts.before === null ? null : shortened(texts.before),
    now: texts.now === null ? null : shortened(texts.now),
  }));
  return { changes, change_count: all.length };
}

const textOf = (parameters: Parameters, name: string): string | null =>
  Object.hasOwn(parameters, name) ? (JSON.stringify(inOrder(parameters[name])) ?? "null") : null;

/** Objects with equal keys are equal in any order of them. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inOrder(inner)]),
  );
}

const shortened = (text: string): string =>
  text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
