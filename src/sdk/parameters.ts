import { type ParameterSpec, takesRecord } from "./parameter-schemas.ts";
import { preview } from "./preview.ts";

const maxJson = 524_288;

/**
 * The names of a function's parameters, read from its source. A destructured parameter has no name; it gets
 * its position. Only used for display.
 */
export function parameterNames(fn: (...args: never[]) => unknown): string[] {
  const text = fn.toString();
  const bare = /^(?:async\s+)?([\w$]+)\s*=>/.exec(text)?.[1];
  if (bare !== undefined && bare !== "async") return [bare];
  const open = text.indexOf("(");
  return open < 0 ? [] : splitTop(text, open + 1).map(nameOf);
}

/** The texts between commas of the list that starts at `from`, up to its closing bracket. */
function splitTop(text: string, from: number): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = from;
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const sign = text.charAt(at);
    if (quote) quote = sign === quote && text.charAt(at - 1) !== "\\" ? "" : quote;
    else if (`"'\``.includes(sign)) quote = sign;
    else if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign) && depth-- === 0) {
      parts.push(text.slice(start, at));
      break;
    } else if (sign === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const nameOf = (part: string, index: number): string =>
  /^(?:\.\.\.)?\s*([\w$]+)/.exec(part.replace(comments, "").trim())?.[1] ?? `arg${index}`;

/** Arguments by name; surplus arguments belong to the last name or their position. */
export function named(names: readonly string[], args: readonly unknown[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [index, arg] of args.entries()) found[names[index] ?? `arg${index}`] = arg;
  return found;
}

/** Arguments of a call as the parameters of the run. `argumentsOf` is the inverse. */
export function parametersOf(
  { names, schema }: ParameterSpec,
  args: readonly unknown[],
): Record<string, unknown> {
  const [first] = args;
  if (schema && args.length <= 1 && (first === undefined || isPlain(first))) return first ?? {};
  return isRecordCall(names, args) ? args[0] : named(names, args);
}

/** Parameters of a run as the arguments of the function. */
export function argumentsOf(
  { names, schema }: ParameterSpec,
  parameters: Record<string, unknown>,
): unknown[] {
  if (schema) return takesRecord(schema) ? [parameters] : [parameters[names[0] ?? "arg0"]];
  // A destructured object has no name.
  if (names.length === 1 && names[0] === "arg0" && !("arg0" in parameters)) return [parameters];
  const keys = Object.keys(parameters);
  const positions = keys.map((name) => positionOf(names, name));
  if (positions.every((position) => position >= 0)) {
    const args: unknown[] = new Array(Math.max(0, ...positions.map((position) => position + 1))).fill(
      undefined,
    );
    for (const [index, name] of keys.entries()) args[positions[index] ?? 0] = parameters[name];
    return args;
  }
  if (names[0] === undefined || names[0] === "arg0") return [parameters];
  const strange = keys.filter((name) => positionOf(names, name) < 0);
  throw new TypeError(
    `expected the parameters ${names.join(", ")}, got ${strange.map((name) => `'${name}'`).join(", ")} as well`,
  );
}

function positionOf(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const position = Number(/^arg(\d+)$/.exec(name)?.[1] ?? -1);
  return position >= names.length ? position : -1;
}

/** Whether the only parameter is a destructured object: then its keys are the parameters. */
export const isRecordCall = (
  names: readonly string[],
  args: readonly unknown[],
): args is [Record<string, unknown>] =>
  args.length === 1 && (names[0] === undefined || names[0] === "arg0") && isPlain(args[0]);

export const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" &&
  value !== null &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);

/** Parameters as JSON for the record. Values that are not JSON, or too large, become text. */
export function recordable(parameters: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(parameters).map(([name, value]) => [name, jsonOf(value)]);
  return Object.fromEntries(entries);
}

function jsonOf(value: unknown): unknown {
  try {
    const text = JSON.stringify(value);
    if (text !== undefined && text.length < maxJson / 8) return JSON.parse(text);
  } catch {
    // Circular, a BigInt, a throwing toJSON: the preview handles them all.
  }
  return value === undefined ? null : preview(value).json;
}

/** Replaces the placeholders of `day-{0}-{city}` by arguments. */
export const fillTemplate = (template: string, names: readonly string[], args: readonly unknown[]): string =>
  template.replace(/\{([\w$.]+)\}/g, (whole, key: string) => {
    const value = lookUp(
      key.split("."),
      { ...named(names, args), ...(isRecordCall(names, args) ? args[0] : {}) },
      args,
    );
    return value === undefined ? whole : typeof value === "object" ? preview(value).json : String(value);
  });

function lookUp(
  [first = "", ...rest]: string[],
  parameters: Record<string, unknown>,
  args: readonly unknown[],
): unknown {
  let value: unknown = /^\d+$/.test(first) ? args[Number(first)] : parameters[first];
  for (const key of rest)
    value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return value;
}
