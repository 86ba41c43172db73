import { mask } from "../../schema/block-documents.ts";
import type { BlockSchema } from "../../schema/block-schemas.ts";
import { isWritten, parseExact } from "../../schema/exact-json.ts";
import type { Json } from "../../schema/scalars.ts";

/** Path and value of a secret in a document's data. */
export type Secret = [path: (string | number)[], value: unknown];

/** The dotted paths of a schema's secrets; `*` is any key. */
export function secretPaths({ fields }: Pick<BlockSchema, "fields">): string[][] {
  const paths = Array.isArray(fields.secret_fields) ? fields.secret_fields : [];
  const named = paths.filter((path) => typeof path === "string");
  return [...new Set<string>(named)].map((path) => path.split("."));
}

/** Data with masks in place of secrets, and the secrets. */
export function split(data: Json, paths: readonly string[][]): { data: Json; secrets: Secret[] } {
  const secrets = paths
    .flatMap((path) => placesOf(data, path))
    .map((place): Secret => [place, valueAt(data, place)]);
  const masked = secrets.map(([place]): Secret => [place, mask]);
  return { data: merged(data, masked), secrets };
}

/** Data with its secrets restored. */
export function merged(data: Json, secrets: readonly Secret[]): Json {
  const copy = parseExact(JSON.stringify(data));
  for (const [path, value] of secrets) {
    const last = path.at(-1);
    const parent = valueAt(copy, path.slice(0, -1));
    if (last !== undefined && isHolder(parent)) parent[last] = value;
  }
  return copy;
}

/** Replaces masks in new data by the existing secrets. */
export function unmasked(data: Json, paths: readonly string[][], current: Json): Json {
  const kept = paths
    .flatMap((path) => placesOf(data, path))
    .filter((place) => isMask(valueAt(data, place)))
    .map((place): Secret => [place, valueAt(current, place)])
    .filter(([, value]) => value !== undefined);
  return merged(data, kept);
}

const isMask = (value: unknown): boolean => typeof value === "string" && /^\*+$/.test(value);

type Holder = Record<string | number, unknown>;
const isHolder = (value: unknown): value is Holder =>
  typeof value === "object" && value !== null && !isWritten(value);

const valueAt = (value: unknown, path: Secret[0]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (isHolder(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );

/** Every existing place under a dotted path. Lists are traversed implicitly. */
function placesOf(value: unknown, path: readonly string[], above: Secret[0] = []): Secret[0][] {
  const [key, ...rest] = path;
  if (key === undefined) return value === null || value === undefined ? [] : [above];
  if (Array.isArray(value)) {
    const inner = key === "*" ? rest : path;
    return value.flatMap((element, at) => placesOf(element, inner, [...above, at]));
  }
  if (!isHolder(value)) return [];
  const keys = key === "*" ? Object.keys(value) : Object.hasOwn(value, key) ? [key] : [];
  return keys.flatMap((own) => placesOf(value[own], rest, [...above, own]));
}
