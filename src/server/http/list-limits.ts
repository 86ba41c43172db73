import { z } from "zod";
import { isWritten } from "../../schema/exact-json.ts";
import { maxEntries } from "../../schema/scalars.ts";

/** A list or a map that has more entries than it may have. */
export interface TooLong {
  path: (string | number)[];
  length: number;
  most: number;
}

/**
 * The first list or map of a request that is too long. It is looked for before the entries are: of a million wrong ones
 * the schema would tell one by one. Lists within what a schema leaves open are values, and as long as the body may be.
 */
export function tooLong(schema: z.core.$ZodType, value: unknown, isBulk = false): TooLong | undefined {
  return longIn(schema, value, { path: [], isOpen: isBulk });
}

interface SchemaPosition {
  path: (string | number)[];
  /** A list right here may be as long as the body may be. */
  isOpen: boolean;
}

function longIn(
  schema: z.core.$ZodType,
  value: unknown,
  { path, isOpen }: SchemaPosition,
): TooLong | undefined {
  const within = (step: string | number): SchemaPosition => ({
    path: [...path, step],
    isOpen: isOpen && path.length === 0,
  });
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (typeof value !== "object" || value === null || isWritten(value)) return undefined;
  if (def.type === "pipe") return longIn(def.in, value, { path, isOpen });
  if (def.type === "lazy") return longIn(def.getter(), value, { path, isOpen });
  if ("innerType" in def) return longIn(def.innerType, value, { path, isOpen });
  if (def.type === "union") return firstOf(def.options, (option) => longIn(option, value, { path, isOpen }));
  if (Array.isArray(value)) {
    if (def.type !== "array") return undefined;
    const most = maxItemsOf(def.checks);
    if (value.length > most && !isOpen) return { path, length: value.length, most };
    return firstOf(value, (entry, at) => longIn(def.element, entry, within(at)));
  }
  if (def.type === "record") {
    if (takesAnything(def.valueType)) return undefined;
    const entries = Object.entries(value);
    const { maxProperties } = z.globalRegistry.get(schema) ?? {};
    const most = typeof maxProperties === "number" ? maxProperties : maxEntries;
    if (entries.length > most) return { path, length: entries.length, most };
    return firstOf(entries, ([key, entry]) => longIn(def.valueType, entry, within(key)));
  }
  if (def.type !== "object") return undefined;
  const length = Object.keys(value).length;
  if (length > maxEntries && !isOpen) return { path, length, most: maxEntries };
  return firstOf(Object.entries(def.shape), ([key, inner]) =>
    Object.hasOwn(value, key) ? longIn(inner, Reflect.get(value, key), within(key)) : undefined,
  );
}

const takesAnything = (schema: z.core.$ZodType) =>
  ["unknown", "any"].includes((schema as z.core.$ZodTypes)._zod.def.type);

/** The maximum that a list states itself, or that of all. */
function maxItemsOf(checks: readonly z.core.$ZodCheck<never>[] = []): number {
  const stated = checks.flatMap(({ _zod: { def } }) =>
    "maximum" in def && typeof def.maximum === "number" ? [def.maximum] : [],
  );
  return Math.min(maxEntries, ...stated);
}

function firstOf<T, R>(list: readonly T[], find: (entry: T, at: number) => R | undefined): R | undefined {
  for (const [at, entry] of list.entries()) {
    const found = find(entry, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const lengthIssue = ({ path, length, most }: TooLong): z.core.$ZodIssue => ({
  ...{ code: "too_big", origin: "array", maximum: most, path, input: undefined },
  message: `expected at most ${most} entries, got ${length}`,
});

/** For sockets, which are closed with a sentence. */
export const longList = `Expected lists of at most ${maxEntries} entries.`;
