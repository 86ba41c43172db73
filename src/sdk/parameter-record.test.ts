import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { flowRuns } from "../schema/flow-runs.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";
import { flow } from "./flow.ts";
import { recordOf } from "./parameter-record.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
});
afterAll(() => recorded.close());

const nested = (levels: number): unknown => {
  let value: unknown = "the inmost";
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};
const circular: Record<string, unknown> = { name: "loop" };
circular.self = circular;
const throwing = {
  get secret() {
    throw new Error("no");
  },
};

test.each<[string, unknown, unknown]>([
  ["a NUL", "a\0b", "a\\u0000b"],
  ["half of a surrogate pair", "a\ud800b", "a\\ud800b"],
  ["a whole pair", "😀", "😀"],
  ["a key named __proto__", JSON.parse('{"__proto__": 1, "a": 2}'), { "[__proto__]": 1, a: 2 }],
  ["200 levels", nested(200), expect.anything()],
  ["itself", circular, { name: "loop", self: "[circular]" }],
  ["a getter that throws", throwing, expect.anything()],
  ["a Map with texts for keys", new Map([["a", 1]]), { a: 1 }],
  ["a Map with other keys", new Map([[{ id: 1 }, "x"]]), [[{ id: 1 }, "x"]]],
  ["a Set", new Set([1, "b"]), [1, "b"]],
  ["an error", new TypeError("no city"), "TypeError: no city"],
  ["a pattern", /a+b/gi, "/a+b/gi"],
  ["a BigInt", 2n ** 70n, "1180591620717411303424n"],
  ["no number", [Number.NaN, Number.POSITIVE_INFINITY], ["NaN", "Infinity"]],
  ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
  ["bytes", new Uint8Array(3), "[Uint8Array, 3 bytes]"],
  ["a function", () => 1, "[function]"],
  ["a text of a megabyte", "x".repeat(1_000_000), expect.stringMatching(/^"x{2000}/)],
])("a flow that is called with %s runs with it, and its record shows it", async (_, value, expected) => {
  let got: unknown;
  const name = `takes-${Math.random()}`;
  const take = flow({ name }, async (value: unknown) => {
    got = value;
    return "done";
  });
  expect(await take(value)).toBe("done");
  expect(got).toBe(value);
  const [run] = await recorded.world.call(flowRuns.filter, { flows: { name: { any_: [name] } } });
  expect(run).toMatchObject({ state_type: "COMPLETED", parameters: { value: expected } });
});

test("for any values, the record is JSON that a server accepts", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ unit: "binary" }),
        fc.anything({
          withBigInt: true,
          withMap: true,
          withSet: true,
          withDate: true,
          withNullPrototype: true,
          withSparseArray: true,
          withTypedArray: true,
        }),
      ),
      (values) => {
        const text = JSON.stringify(recordOf(values));
        expect(text.replaceAll("\\\\", "")).not.toMatch(/\\u0000|"__proto__":/);
        expect(text.isWellFormed()).toBe(true);
        expect(JSON.parse(text)).toEqual(recordOf(values));
      },
    ),
  );
});

test.each([
  ["a NUL", '{"flow_id": "ID", "parameters": {"who": ["a\\u0000b"]}}', '"body","parameters","who","0"'],
  ["a key named __proto__", '{"flow_id": "ID", "parameters": {"who": {"__proto__": 1}}}', "__proto__"],
])(
  "a run made over the API with %s is rejected, and the response names the position",
  async (_, body, place) => {
    const { id } = await recorded.world.flow("asked");
    const request = new Request("http://praetor.test/api/flow_runs/", {
      ...{ method: "POST", headers: { "content-type": "application/json" } },
      body: body.replace("ID", id),
    });
    const response = await recorded.world.fetch(request);
    expect(response.status).toBe(422);
    expect(await response.text()).toContain(place);
  },
);
