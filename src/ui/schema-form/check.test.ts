import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Json } from "../../schema/scalars.ts";
import { check } from "./check.ts";

const ajv = new Ajv2020({ strict: false, allErrors: true, multipleOfPrecision: 9 });
const messages = (schema: Json, value: unknown) =>
  check(schema, value, { root: schema }).map(({ pointer, message }) => `${pointer} ${message}`);

const of = (properties: Json, more: Json = {}): Json => ({ type: "object", properties, ...more });

/** As Prefect writes the parameters of a flow. */
const pydantic: Json = {
  title: "Parameters",
  type: "object",
  properties: {
    n: { title: "n", position: 0, type: "integer", minimum: 1, maximum: 10 },
    region: { position: 1, allOf: [{ $ref: "#/definitions/Region" }], default: "eu" },
    since: { position: 2, anyOf: [{ type: "string", minLength: 2 }, { type: "null" }], default: null },
    load: { position: 3, anyOf: [{ $ref: "#/definitions/Full" }, { $ref: "#/definitions/Part" }] },
  },
  required: ["n", "load"],
  definitions: {
    Region: { enum: ["eu", "us"], type: "string" },
    Full: of({ kind: { const: "full" }, into: { type: "string" } }, { required: ["kind", "into"] }),
    Part: of({ kind: { const: "part" }, days: { type: "integer" } }, { required: ["kind", "days"] }),
  },
};

const zod: Json = {
  ...z.toJSONSchema(
    z.object({
      hosts: z.array(z.object({ name: z.string().min(1), port: z.int().min(1).optional() })).min(1),
      labels: z.record(z.string(), z.number()),
      pair: z.tuple([z.string(), z.number()]),
      mode: z.union([z.boolean(), z.literal("auto")]),
      ratio: z.number().gt(0).lt(1).multipleOf(0.1),
      unique: z.array(z.enum(["a", "b"])).optional(),
      next: z.string().nullable(),
    }),
  ),
};
const good = {
  hosts: [{ name: "a", port: 1 }],
  labels: { x: 1 },
  pair: ["a", 1],
  mode: "auto",
  ratio: 0.3,
  next: null,
};

test.each<[string, Json, unknown, string[]]>([
  ["a whole value", pydantic, { n: 3, region: "us", since: null, load: { kind: "part", days: 2 } }, []],
  [
    "what is left out and required",
    pydantic,
    { load: { kind: "full", into: "x" } },
    ["/n a value is required"],
  ],
  [
    "a number beyond its bounds",
    pydantic,
    { n: 11, load: { kind: "full", into: "x" } },
    ["/n expected a whole number from 1 to 10, got 11"],
  ],
  [
    "a fraction",
    pydantic,
    { n: 1.5, load: { kind: "full", into: "x" } },
    ["/n expected a whole number from 1 to 10, got 1.5"],
  ],
  [
    "no option of an enum",
    pydantic,
    { n: 1, region: "asia", load: { kind: "full", into: "x" } },
    ['/region expected "eu" or "us", got "asia"'],
  ],
  [
    "an optional text that is too short",
    pydantic,
    { n: 1, since: "x", load: { kind: "full", into: "x" } },
    ["/since expected at least 2 characters, got 1"],
  ],
  [
    "a part of the kind that its constant names",
    pydantic,
    { n: 1, load: { kind: "part" } },
    ["/load/days a value is required"],
  ],
  ["lists, records, tuples and unions", zod, good, []],
  [
    "a part of an item",
    zod,
    { ...good, hosts: [{ name: "" }, { name: "b", port: 0 }] },
    [
      "/hosts/0/name expected at least one character",
      "/hosts/1/port expected a whole number of at least 1, got 0",
    ],
  ],
  ["too few items", zod, { ...good, hosts: [] }, ["/hosts expected at least 1 item, got 0"]],
  [
    "a wrong value of a record",
    zod,
    { ...good, labels: { x: "1" } },
    ['/labels/x expected a number, got "1"'],
  ],
  ["a wrong place of a tuple", zod, { ...good, pair: [1, 1] }, ["/pair/0 expected text, got 1"]],
  ["no kind of a union", zod, { ...good, mode: "manual" }, ['/mode expected true or false, got "manual"']],
  [
    "a number at an open bound",
    zod,
    { ...good, ratio: 1 },
    ["/ratio expected a number of more than 0 and less than 1, got 1"],
  ],
  ["no multiple", zod, { ...good, ratio: 0.35 }, ["/ratio expected a multiple of 0.1, got 0.35"]],
  [
    "a name that nobody expects",
    zod,
    { ...good, extra: 1 },
    ["/extra there is no parameter “extra”; expected hosts, labels, pair, mode, ratio, unique, next"],
  ],
  [
    "an item twice",
    of({ a: { type: "array", uniqueItems: true, items: { type: "integer" } } }),
    { a: [1, 2, 1] },
    ["/a/2 the same as item 1; expected each once"],
  ],
  [
    "a pattern",
    of({ a: { type: "string", pattern: "^x+$" } }),
    { a: "y" },
    ['/a expected text that matches ^x+$, got "y"'],
  ],
  [
    "a null where none may be",
    of({ a: { type: "integer" } }),
    { a: null },
    ["/a expected a whole number, got null"],
  ],
  [
    "types side by side",
    of({ a: { type: ["string", "integer", "null"] } }),
    { a: true },
    ["/a expected text, got true"],
  ],
  ["an enum with null", of({ a: { enum: ["x", null] } }), { a: null }, []],
  ["anything where nothing is said", of({ a: {} }), { a: { b: [1] } }, []],
])("%s is judged as a JSON schema validator judges it, at its place", (_, schema, value, expected) => {
  expect(messages(schema, value)).toEqual(expected);
  expect(ajv.validate(schema, value), JSON.stringify(ajv.errors)).toBe(expected.length === 0);
});

test.each([
  ["date", "2026-02-28", "2026-02-30"],
  ["date-time", "2026-11-22T07:15:00+01:00", "2026-11-22"],
  ["uuid", "0198e2a4-0000-7000-8000-000000000000", "0198e2a4"],
  ["uri", "https://example.org/a?b", "example.org"],
  ["email", "a@example.org", "example.org"],
  ["duration", "PT5M", "5 minutes"],
  ["time", "07:15:00", "7:15"],
])("the format %s takes %s and not %s", (format, right, wrong) => {
  const schema = of({ a: { type: "string", format } });
  expect(messages(schema, { a: right })).toEqual([]);
  expect(messages(schema, { a: wrong })[0]).toMatch(/^\/a expected an? /);
});

test("a schema that contains itself is followed as deep as its value goes", () => {
  const tree = of(
    { name: { type: "string" }, children: { type: "array", items: { $ref: "#" } } },
    { required: ["name"] },
  );
  const value = { name: "a", children: [{ name: "b", children: [{ children: [] }] }] };
  expect(messages(tree, value)).toEqual(["/children/0/children/0/name a value is required"]);
});
