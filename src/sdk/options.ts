import { nearest } from "../schema/suggestions.ts";
import { durationText, isDuration } from "./duration.ts";

/** The expected kind of a value: its description and its check. */
export interface Kind {
  readonly what: string;
  fits(value: unknown): boolean;
  /** Checks the contents of a value that has the right kind. */
  look?(value: unknown, place: string): void;
}
/** Kinds of an options object: exactly one for every key of its type. */
export type Kinds<T> = { readonly [K in keyof Required<T>]: Kind };

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isRecord = (value: unknown): boolean => isObject(value) && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isFunction = (value: unknown): boolean => typeof value === "function";
const isSchema = (value: unknown): boolean =>
  // ArkType's schemas are functions.
  (isObject(value) || typeof value === "function") && isObject(Reflect.get(value, "~standard"));

export const text: Kind = { what: "a text", fits: isText };
export const name: Kind = {
  what: "a text that is not empty",
  fits: (value) => isText(value) && value.trim() !== "",
};
export const flag: Kind = { what: "true or false", fits: (value) => typeof value === "boolean" };
export const callback: Kind = { what: "a function", fits: isFunction };
export const record: Kind = { what: "an object", fits: isRecord };
export const schema: Kind = { what: "a schema (Zod or any other Standard Schema)", fits: isSchema };
export const duration: Kind = { what: durationText, fits: isDuration };
export const amount: Kind = {
  what: "a number from 0",
  fits: (value) => typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY,
};
export const date: Kind = {
  what: "a valid Date",
  fits: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
};
export const signal: Kind = { what: "an AbortSignal", fits: (value) => value instanceof AbortSignal };
export const anything: Kind = { what: "anything", fits: () => true };
export const list: Kind = { what: "a list", fits: Array.isArray };

export const whole = (least: number): Kind => ({
  what: `a whole number from ${least}`,
  fits: (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= least,
});
export const listOf = (kind: Kind, many: string): Kind => ({
  what: `a list of ${many}`,
  fits: (value) => Array.isArray(value) && value.every((one) => kind.fits(one)),
});
export const oneOf = (...values: readonly string[]): Kind => ({
  what: values.map((one) => JSON.stringify(one)).join(" or "),
  fits: (value) => isText(value) && values.includes(value),
});
export const either = (...kinds: readonly Kind[]): Kind => ({
  what: kinds.map((kind) => kind.what).join(", or "),
  fits: (value) => kinds.some((kind) => kind.fits(value)),
  look: (value, place) => kinds.find((kind) => kind.fits(value))?.look?.(value, place),
});
/** A nested options object. */
export const inner = <T>(kinds: Kinds<T>): Kind => ({
  ...record,
  look: (value, place) => checkOptions(place, value, kinds),
});
/** A list of them. */
export const inners = <T>(kinds: Kinds<T>): Kind => ({
  what: "a list of objects",
  fits: (value) => Array.isArray(value) && value.every(isRecord),
  look(value, place) {
    if (Array.isArray(value))
      value.forEach((one: unknown, at) => void checkOptions(`${place}[${at}]`, one, kinds));
  },
});

/**
 * Checks options at run time as their types do in an editor: otherwise an unknown option would be ignored, and one of a wrong
 * kind would fail later. Throws a TypeError with the place, what was expected and what came. An undefined option counts as
 * omitted.
 */
export function checkOptions<T>(
  place: string,
  options: unknown,
  kinds: Kinds<T>,
  ...required: readonly (keyof T & string)[]
): void {
  if (!isObject(options) || Array.isArray(options))
    throw new TypeError(`${place}: expected an object of options, got ${shown(options)}`);
  const known: Record<string, Kind> = kinds;
  for (const key of Object.keys(options)) {
    const value: unknown = Reflect.get(options, key);
    const kind = Object.hasOwn(known, key) ? known[key] : undefined;
    if (!kind) throw new TypeError(unknownOption(place, key, Object.keys(known)));
    if (value === undefined) continue;
    if (!kind.fits(value))
      throw new TypeError(`${place}: ${key}: expected ${kind.what}, got ${shown(value)}`);
    kind.look?.(value, `${place}: ${key}`);
  }
  for (const key of required)
    if (Reflect.get(options, key) === undefined)
      throw new TypeError(`${place}: the option '${key}' is missing: expected ${known[key]?.what}`);
}

/** The arguments of `flow` and `task`: the function comes last, options are optional. */
export function checkDefinition<T>(place: string, options: readonly unknown[], kinds: Kinds<T>): void {
  const [first, second, ...more] = options;
  const isAlone = typeof first === "function";
  if (isAlone && second !== undefined)
    throw new TypeError(`${place}: expected the options before the function: ${place}({ … }, fn)`);
  if (!isAlone && typeof second !== "function")
    throw new TypeError(`${place}: expected a function as the last argument, got ${shown(second ?? first)}`);
  if (more.length > 0) throw new TypeError(`${place}: expected options and a function, got more`);
  if (!isAlone) checkOptions(place, first, kinds);
}

/** For an argument that is not an options object. */
export function checkArgument(place: string, what: string, value: unknown, kind: Kind): void {
  if (!kind.fits(value))
    throw new TypeError(`${place}: expected ${what} to be ${kind.what}, got ${shown(value)}`);
}

/** Options with a different name in Prefect's Python SDK. */
const foreign: Readonly<Record<string, string>> = { log_prints: "logConsole", concurrency_limit: "limit" };

function unknownOption(place: string, key: string, known: readonly string[]): string {
  const alias = foreign[key];
  const meant = alias !== undefined && known.includes(alias) ? alias : nearest(key, known);
  const advice = meant === undefined ? `it takes ${known.join(", ")}` : `did you mean '${meant}'?`;
  return `${place}: there is no option '${key.slice(0, longest)}'; ${advice}`;
}

const longest = 60;

/** A short description of a value. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return value.length > 0 ? `a list with ${shown(value[0])}` : "an empty list";
  if (isObject(value)) {
    const made: unknown = value.constructor?.name;
    return isText(made) && made !== "Object" ? `a ${made}` : `an object with ${keysOf(value)}`;
  }
  const words = typeof value === "string" ? JSON.stringify(value) : String(value);
  return words.length > longest ? `${words.slice(0, longest)}…` : words;
}

function keysOf(value: object): string {
  const keys = Object.keys(value).slice(0, 3).join(", ");
  return (keys || "no keys").slice(0, longest);
}
