import { createHash } from "node:crypto";
import type { Json } from "../../schema/scalars.ts";

/** A number as written: in Python 1 and 1.0 have different texts. */
class Written {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * The checksum under which clients look for a schema: SHA-256 of its fields as Python writes them with sorted keys,
 * within a pair of arguments. Secret fields do not count, nor do definitions of blocks, which have schemas of their own.
 * `request` is the body in which the fields came.
 */
export function checksumOf(request: string): string {
  const { fields } = JSON.parse(request, keepNumbers);
  const counted = withoutSecrets(isObject(fields) ? fields : {});
  const { definitions, ...rest } = counted;
  if (isObject(definitions) && Object.keys(definitions).length > 0) {
    const used = usedDefinitions(counted, definitions);
    if (Object.keys(used).length > 0) Object.assign(rest, { definitions: used });
  } else if (definitions !== undefined) Object.assign(rest, { definitions });
  return `sha256:${createHash("sha256")
    .update(`[[${pythonJson(rest)}], {}]`)
    .digest("hex")}`;
}

/** Node provides the source text of numbers since version 21; the types lack it. */
function keepNumbers(this: unknown, _key: string, value: unknown, context?: { source: string }): unknown {
  return typeof value === "number" ? new Written(context?.source ?? String(value)) : value;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Written);

/** Lists are not traversed, as in Prefect. */
const withoutSecrets = (object: Json): Json =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => key !== "secret_fields")
      .map(([key, value]) => [key, isObject(value) ? withoutSecrets(value) : value]),
  );

/** The definitions referenced by `object`, directly or indirectly, except those of blocks. */
function usedDefinitions(object: Json, definitions: Json, used: Json = {}): Json {
  for (const reference of referencesIn(object)) {
    const key = reference.replaceAll("#/definitions/", "");
    const definition = definitions[key];
    const isUsable = isObject(definition) && Object.keys(definition).length > 0;
    if (!isUsable || (definition.block_type_slug ?? null) !== null || Object.hasOwn(used, key)) continue;
    used[key] = definition;
    usedDefinitions(definition, definitions, used);
  }
  return used;
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isObject(value)) return [];
  const own = typeof value.$ref === "string" && value.$ref !== "" ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

function pythonJson(value: unknown): string {
  if (value instanceof Written) return pythonNumber(value.text);
  if (typeof value === "string") return pythonText(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([one], [other]) => byCodePoint(one, other));
  return `{${entries.map(([key, inner]) => `${pythonText(key)}: ${pythonJson(inner)}`).join(", ")}}`;
}

const pythonText = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Integers stay as they are; others are written shortest, with an exponent from 1e16 on and below 1e-4. */
function pythonNumber(text: string): string {
  if (/^-?\d+$/.test(text)) return text === "-0" ? "0" : text;
  const number = Number(text);
  if (Object.is(number, -0)) return "-0.0";
  const size = Math.abs(number);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits = "", exponent = ""] = number.toExponential().split("e");
    return `${digits}e${exponent.replace(/^([+-])(\d)$/, "$10$2")}`;
  }
  return Number.isInteger(number) ? `${number}.0` : String(number);
}

/** In Python's order: surrogate pairs sort after all single units. */
function byCodePoint(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
