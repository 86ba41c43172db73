import { describe, expect, test } from "vitest";
import { dashboard } from "../schema/dashboard.ts";
import { deployments } from "../schema/deployments.ts";
import { freshDeployments } from "../testing/deployments.ts";

const { world } = freshDeployments();

const schema = {
  title: "Parameters",
  type: "object",
  required: ["city"],
  properties: {
    city: { type: "string" },
    days: { type: "integer", default: 1 },
    place: { $ref: "#/definitions/Place" },
  },
  definitions: {
    Place: {
      type: "object",
      required: ["lat"],
      properties: { lat: { type: "number" }, lon: { type: "number" } },
    },
  },
};

describe("checking the values of a form", () => {
  const check = async (values: Record<string, unknown>, more: object = {}) =>
    world().call(dashboard.validate, { schema: { ...schema, ...more }, values });

  test("accepts valid values, and null for optional keys", async () => {
    const answer = await check({ city: "Berlin", days: null, place: { lat: 1.5, lon: null } });
    expect(answer).toEqual({ errors: [], valid: true });
  });

  test("reports errors at their place", async () => {
    const properties = {
      ...schema.properties,
      mode: { enum: ["fast", "slow"] },
      when: { type: "string", format: "date-time" },
      size: { anyOf: [{ type: "integer" }, { type: "string" }] },
      list: { type: "array", items: { $ref: "#/definitions/Place" } },
      pair: { type: "array", items: [{ type: "integer" }, { type: "string" }] },
      never: { type: "null" },
    };
    const values = {
      ...{ days: "x", mode: "medium", when: "soon", size: [], place: { lon: 1 } },
      list: [{ lat: 1 }, { lat: "x" }],
      ...{ pair: ["x", "y"], never: 1 },
    };
    const { errors, valid } = await check(values, { properties });
    expect(valid).toBe(false);
    const expected = [
      { property: "city", errors: ["'city' is a required property"] },
      { property: "days", errors: ["must be integer"] },
      { property: "mode", errors: ['must be one of "fast", "slow"'] },
      { property: "when", errors: ['must match format "date-time"'] },
      { property: "size", errors: ["must be integer or string"] },
      { property: "place", errors: [{ property: "lat", errors: ["'lat' is a required property"] }] },
      {
        property: "list",
        errors: [{ index: 1, errors: [{ property: "lat", errors: ["must be number"] }] }],
      },
      { property: "pair", errors: [{ index: 0, errors: ["must be integer"] }] },
      { property: "never", errors: ["does not match any allowed schema"] },
    ];
    expect(errors).toHaveLength(expected.length);
    expect(errors).toEqual(expect.arrayContaining(expected));
  });

  test("refuses an invalid schema", async () => {
    const answer = check({}, { properties: { city: { type: "nonsense" } } });
    await expect(answer).rejects.toMatchObject({ status: 422 });
  });
});

describe("a schema that would take minutes", () => {
  const text = `${"a".repeat(40)}!`;
  test.each([
    ["a pattern that backtracks", { properties: { a: { type: "string", pattern: "^(a+)+$" } } }, { a: text }],
    ["a pattern for names", { patternProperties: { "^(a|a)*$": { type: "string" } } }, { [text]: "" }],
    [
      "many such texts",
      { properties: { a: { items: { pattern: "^(a+)+$" } } } },
      { a: Array(1000).fill(text) },
    ],
    [
      "a list whose items are compared pairwise",
      { properties: { a: { uniqueItems: true } } },
      { a: Array.from({ length: 20_000 }, (_, at) => ({ at })) },
    ],
    ["one that refers to itself without end", { $ref: "#" }, {}],
  ])("is given up in time: %s", { timeout: 60_000 }, async (_, slowSchema, values) => {
    const refused = world().call(dashboard.validate, { schema: slowSchema, values });
    await expect(refused).rejects.toThrow(/more than 600 ms|without end/);
  });

  test("does not block other writes while a run is created", { timeout: 60_000 }, async () => {
    const slowSchema = { properties: { a: { type: "string", pattern: "^(a+)+$" } } };
    // Differs from other tests, whose results are cached.
    const values = { a: `a${text}` };
    const { id: flow_id } = await world().flow("slow");
    const deployment = await world().call(deployments.create, {
      ...{ name: "slow", flow_id, parameter_openapi_schema: slowSchema, enforce_parameter_schema: true },
    });
    let isRefused = false;
    const refused = world()
      .call(deployments.createFlowRun, { id: deployment.id, parameters: values })
      .catch((error: unknown) => {
        isRefused = true;
        return error;
      });
    // Written during the check, which takes more than half a second of CPU.
    await world().flow("meanwhile");
    expect(isRefused).toBe(false);
    expect(await refused).toMatchObject({ status: 422 });
  });

  test("accepts one that is only long", async () => {
    const plain = { properties: { a: { items: { type: "string", pattern: "^[a-z]+$" } } } };
    const check = (a: string[]) => world().call(dashboard.validate, { schema: plain, values: { a } });
    expect(await check(Array(2000).fill("abcdefghij"))).toMatchObject({ valid: true });
    expect(await check(["A"])).toMatchObject({ valid: false, errors: [{ property: "a" }] });
  });
});
