import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type ParameterSpec, parameterSchema } from "./parameter-schemas.ts";
import { argumentsOf, parameterNames, parametersOf } from "./parameters.ts";

const plain = (fn: (...args: never[]) => unknown): ParameterSpec => ({
  names: parameterNames(fn),
  schema: undefined,
});
const checked = (schema: z.ZodType): ParameterSpec => ({ names: ["input"], schema });

test.each<[what: string, takes: ParameterSpec, args: unknown[], parameters: object]>([
  ["by position", plain((_a: number, _b: string) => 0), [1, "x"], { _a: 1, _b: "x" }],
  ["left out at the end", plain((_a: number, _b = 2) => 0), [1], { _a: 1 }],
  ["none", plain(() => 0), [], {}],
  ["a list", plain((_cities: string[]) => 0), [["Oslo"]], { _cities: ["Oslo"] }],
  ["an object under a name", plain((_day: object) => 0), [{ on: 1 }], { _day: { on: 1 } }],
  ["an object that is taken apart", plain(({ on }: { on: number }) => on), [{ on: 1 }], { on: 1 }],
  [
    "an object that is taken apart, and more",
    plain(({ on }: { on: number }, _n: number) => on),
    [{ on: 1 }, 2],
    { arg0: { on: 1 }, _n: 2 },
  ],
  [
    "more than there are names for",
    plain((..._all: number[]) => 0),
    [1, 2, 3],
    { _all: 1, arg1: 2, arg2: 3 },
  ],
  ["an object with a schema", checked(z.object({ on: z.number() })), [{ on: 1 }], { on: 1 }],
  ["a text with a schema", checked(z.string()), ["Oslo"], { input: "Oslo" }],
  [
    "one of several objects",
    checked(
      z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]),
    ),
    [{ kind: "b" }],
    { kind: "b" },
  ],
])("arguments are recorded as parameters and restored: %s", (_, takes, args, parameters) => {
  expect(parametersOf(takes, args)).toEqual(parameters);
  expect(argumentsOf(takes, { ...parameters })).toEqual(args);
});

test("unknown parameters are rejected by name", () => {
  const takes = plain((_city: string) => 0);
  expect(() => argumentsOf(takes, { town: "Oslo" })).toThrow(
    "expected the parameters _city, got 'town' as well",
  );
});

describe("the schema of the run form", () => {
  test("has Prefect's shape, with shared parts under definitions", () => {
    const Place = z.object({ name: z.string() }).meta({ id: "Place" });
    const schema = z.object({
      from: Place,
      to: Place.optional(),
      day: z.coerce.date(),
      mode: z.enum(["car", "train"]).default("train"),
    });
    const reference = { $ref: "#/definitions/Place" };
    expect(parameterSchema(checked(schema))).toEqual({
      title: "Parameters",
      type: "object",
      required: ["from", "day"],
      definitions: {
        Place: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
      },
      properties: {
        from: { title: "from", position: 0, ...reference },
        to: { title: "to", position: 1, allOf: [reference] },
        day: { title: "day", position: 2, type: "string", format: "date-time" },
        mode: { title: "mode", position: 3, type: "string", enum: ["car", "train"], default: "train" },
      },
    });
  });

  test("lists the parameters of a flow without a schema, none of them required", () => {
    expect(parameterSchema(plain((_city: string, _days = 3) => 0))).toEqual({
      title: "Parameters",
      type: "object",
      required: [],
      definitions: {},
      properties: { _city: { title: "_city", position: 0 }, _days: { title: "_days", position: 1 } },
    });
  });

  test("works with any library that produces JSON schema", () => {
    const json = { type: "object", properties: { on: { type: "number" } }, required: ["on"] };
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "other",
        validate: (value: unknown) => ({ value }),
        jsonSchema: { input: () => json },
      },
    };
    expect(parameterSchema({ names: ["input"], schema })).toMatchObject({
      properties: { on: { type: "number", position: 0 } },
      required: ["on"],
    });
  });

  test("rejects types that JSON cannot represent, and names alternatives", () => {
    const schema = z.object({ day: z.date() });
    expect(() => parameterSchema(checked(schema))).toThrow(/day.*z\.coerce\.date\(\)/);
  });
});
