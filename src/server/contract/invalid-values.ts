import fc from "fast-check";
import { complaint, type JsonSchema, resolved, withoutNulls } from "./document.ts";
import { hostile } from "./texts.ts";

type Key = string | number;
/** A place in a value, and what the contract says of it. */
interface SchemaPosition {
  path: Key[];
  schema: JsonSchema;
}

/**
 * Values of which the contract says that they are wrong, each in one place, and not only because null stands for what
 * is not there: clients send it so.
 */
export function flawedOf(schema: JsonSchema, values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(values, fc.nat(), fc.nat(), hostile)
    .map(([value, at, how, odd]) => {
      const places = placesOf(value, schema);
      const place = places[at % places.length];
      return place ? flawed(value, place, { how, odd }) : odd;
    })
    .filter(
      (value) => complaint(schema, value) !== null && complaint(schema, withoutNulls(value) ?? {}) !== null,
    );
}

function placesOf(value: unknown, node: JsonSchema, path: Key[] = []): SchemaPosition[] {
  const schema = chosen(value, resolved(node));
  const here = { path, schema };
  if (Array.isArray(value)) {
    const items = value.flatMap((item, index) => placesOf(item, schema.items ?? {}, [...path, index]));
    return [here, ...items];
  }
  if (typeof value !== "object" || value === null) return [here];
  const { properties = {}, additionalProperties: more } = schema;
  const inner = Object.entries(value).flatMap(([key, each]) => {
    const one = properties[key] ?? (typeof more === "object" ? more : undefined);
    return one ? placesOf(each, one, [...path, key]) : [];
  });
  return [here, ...inner];
}

/** Of several the one that the value was made for. */
function chosen(value: unknown, schema: JsonSchema): JsonSchema {
  const fitting = (schema.anyOf ?? schema.oneOf)?.find((choice) => complaint(choice, value) === null);
  return fitting ? chosen(value, resolved(fitting)) : schema;
}

function flawed(
  value: unknown,
  { path, schema }: SchemaPosition,
  { how, odd }: { how: number; odd: unknown },
): unknown {
  const required = schema.required ?? [];
  const ways: ((old: unknown) => unknown)[] = [
    // Seconds since the epoch are a time to us, as they are to clients.
    () => (schema.format === "date-time" && typeof odd === "number" ? {} : odd),
    () => null,
    (old) => (Array.isArray(old) ? { list: old } : [old]),
    (old) => ({ ...Object(old), [required[how % required.length] ?? "nothing"]: undefined }),
    (old) => ({ ...Object(old), "no-such-key": odd }),
    () => (schema.type === "string" ? { text: "" } : "not this"),
  ];
  const change = ways[how % ways.length] ?? (() => odd);
  return replaced(value, path, change);
}

function replaced(value: unknown, path: readonly Key[], change: (old: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return JSON.parse(JSON.stringify(change(value)) ?? "null");
  if (Array.isArray(value))
    return value.map((item, index) => (index === key ? replaced(item, rest, change) : item));
  return { ...Object(value), [key]: replaced(Object(value)[key], rest, change) };
}
