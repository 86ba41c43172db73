import { expect, test } from "vitest";
import { read } from "../lists/query-text.ts";
import { language } from "./fields.ts";
import { logFilterOf } from "./use-logs.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const id = "0195e7a2-0000-7000-8000-000000000001";

test.each([
  ["", {}],
  ["level:warning", { level: { ge_: 30 } }],
  ["level:all", {}],
  ["logger:console,praetor.flow_runs", { name: { any_: ["console", "praetor.flow_runs"] } }],
  [`run:${id}`, { flow_run_id: { any_: [id] } }],
  ['timed out -"not found"', { text: { query: 'timed out -"not found"' } }],
  ["since:1h", { timestamp: { after_: "2026-11-22T11:00:00.000000Z" } }],
  [
    "since:2026-11-20 until:2026-11-21 flow:etl",
    { timestamp: { after_: "2026-11-20T00:00:00.000000Z", before_: "2026-11-21T00:00:00.000000Z" } },
  ],
])("“%s” asks for %j", (q, filter) => {
  expect(read(q, language).misunderstood).toEqual([]);
  expect(logFilterOf(q, { zone: "UTC", now })).toEqual(filter);
});

test("a level that is not known is not understood", () => {
  expect(read("level:loud", language).misunderstood).toHaveLength(1);
});
