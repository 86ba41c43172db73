import fc from "fast-check";
import { type JsonSchema, nameOf, resolved } from "./document.ts";
import { known } from "./domain-values.ts";
import * as texts from "./texts.ts";

const deepest = 7;

/** Values that a schema allows, and that mean something where `known` says what does. */
export function valuesOf(node: JsonSchema, place = "", depth = 0): fc.Arbitrary<unknown> {
  const named = known[nameOf(node)] ?? known[place] ?? known[place.replace(/^.*\./, ".")];
  const schema = resolved(node);
  if (named) return schema.type === "integer" ? within(named, schema) : named;
  const owner = ownerOf(node, place);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choiceOf(choices, place, depth);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === "object") return objectsOf(schema, owner, depth);
  if (schema.type === "array") return listsOf(schema, place, depth);
  return scalarsOf(schema);
}

/** Bodies have long names that are of no use. */
const ownerOf = (schema: JsonSchema, place: string) =>
  nameOf(schema).replace(/^Body_.*/, "Body") || place.replace(/\..*$/, "");

function choiceOf(choices: JsonSchema[], place: string, depth: number): fc.Arbitrary<unknown> {
  // Recursive triggers would have no end.
  const bounded = depth > deepest ? choices.slice(0, 1) : choices;
  const arbitraries = bounded.map((choice) => ({
    weight: choice.type === "null" ? 1 : 2,
    arbitrary: valuesOf(choice, place, depth + 1),
  }));
  return fc.oneof(...arbitraries);
}

function listsOf(schema: JsonSchema, place: string, depth: number): fc.Arbitrary<unknown> {
  if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map((item) => valuesOf(item, "", depth + 1)));
  const items = valuesOf(schema.items ?? {}, place, depth + 1);
  const maxLength = depth > deepest ? 1 : 3;
  return schema.uniqueItems
    ? fc.uniqueArray(items, { maxLength, selector: (item) => JSON.stringify(item) })
    : fc.array(items, { maxLength });
}

/** The least, all that there is, and most often a few of the keys: all at once hide each other. */
function objectsOf(schema: JsonSchema, owner: string, depth: number): fc.Arbitrary<unknown> {
  const { properties, additionalProperties: more } = schema;
  if (!properties) return mapsOf(more, depth);
  const required = new Set(schema.required ?? []);
  const inner = Object.fromEntries(
    Object.entries(properties)
      .filter(([key]) => depth <= deepest || required.has(key))
      .map(([key, each]) => [key, valuesOf(each, `${owner}.${key}`, depth + 1)]),
  );
  const optional = Object.keys(inner).filter((key) => !required.has(key));
  const recordOf = (keys: string[]) =>
    fc.record(
      Object.fromEntries([...required, ...keys].flatMap((key) => (inner[key] ? [[key, inner[key]]] : []))),
    );
  const few = fc.subarray(optional, { maxLength: Math.min(3, optional.length) }).chain(recordOf);
  return fc.oneof(recordOf([]), { weight: 4, arbitrary: few }, recordOf(optional));
}

function mapsOf(more: JsonSchema["additionalProperties"], depth: number): fc.Arbitrary<unknown> {
  if (typeof more !== "object") return texts.jsonObject;
  return fc.dictionary(texts.key, valuesOf(more, "", depth + 1), { maxKeys: 3, noNullPrototype: true });
}

function scalarsOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case "string":
      return stringsOf(schema);
    case "integer":
      return within(texts.integer, schema);
    case "number":
      return within(texts.number, schema);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return texts.json;
  }
}

function within(numbers: fc.Arbitrary<unknown>, schema: JsonSchema): fc.Arbitrary<number> {
  const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity } = schema;
  const least = Math.max(minimum, exclusiveMinimum === -Infinity ? -Infinity : exclusiveMinimum + 1);
  return numbers.map((each) => Math.min(Math.max(Number(each), least), maximum));
}

function stringsOf({
  format,
  pattern,
  maxLength = Infinity,
  minLength = 0,
}: JsonSchema): fc.Arbitrary<string> {
  if (format === "uuid") return fc.uuid();
  if (format === "date-time") return texts.time;
  if (format === "uri") return fc.webUrl();
  if (format === "duration" || format === "time-delta") return fc.constantFrom("PT60S", "P1DT2H", "PT0.5S");
  if (pattern === "^[^/%&><]+$") return texts.name;
  return texts.text.map((each) => each.slice(0, maxLength).padEnd(minLength, "x"));
}
