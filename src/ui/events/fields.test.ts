import { expect, test } from "vitest";
import { read } from "../lists/query-text.ts";
import { eventQuery, language } from "./fields.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const ask = (q: string) => eventQuery(read(q, language), { now, zone: "UTC" });

test.each([
  [
    "event:orders.loaded",
    { event: { name: ["orders.loaded"], prefix: [], exclude_name: [], exclude_prefix: [] } },
  ],
  [
    "event:orders.*,stock.* -event:orders.gone",
    { event: { name: [], prefix: ["orders.", "stock."], exclude_name: ["orders.gone"], exclude_prefix: [] } },
  ],
  ["resource:shop.1", { resource: { id: ["shop.1"], id_prefix: [] } }],
  ["any:prefect.flow.*", { any_resource: { id: [], id_prefix: ["prefect.flow."] } }],
  [
    "related:a,b related:c.*",
    { related: [{ id: ["a", "b"] }, { labels: { "prefect.resource.id": ["c.*"] } }] },
  ],
  ['"out of stock" +late', { text: { query: '"out of stock" +late' } }],
])("%s asks the server", (q, filter) => {
  const { filter: asked } = ask(q);
  expect(Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null))).toEqual(filter);
});

test("words without a time are looked for in the last day, and that is said", () => {
  expect(ask("late")).toMatchObject({ since: now - 86_400_000, isCut: true });
  expect(ask("late since:7d")).toMatchObject({ since: now - 7 * 86_400_000, isCut: false });
  expect(ask("event:orders.*")).toMatchObject({ since: undefined, isCut: false });
});

test.each([
  ["event:orders.*,stock", "event: expected whole names, or beginnings that end with *, got both"],
  ["resource:shop.*.1", "resource: expected * only at the end, got “shop.*.1”"],
])("%s is refused with the reason", (q, reason) => {
  expect(read(q, language).misunderstood.map((one) => one.reason)).toEqual([reason]);
});
