import { expect, test } from "vitest";
import { type QueryFields, queryLanguage } from "./query-fields.ts";
import { read } from "./query-text.ts";
import { boundOf, valuesOf, wordsOf } from "./request-query.ts";

type Key = "event" | "since" | "id";
const fields: QueryFields<never, Key> = {
  fields: {
    event: { reads: "text", isNegatable: true, hint: "name", example: "order.*" },
    since: { reads: "time", hint: "happened after", example: "24h" },
    id: { reads: "id", hint: "id", example: "" },
  },
  text: { hint: "in the event" },
  starters: [],
};
const language = queryLanguage(fields);
const now = Date.parse("2026-11-22T12:00:00Z");

test("a list whose route has a filter of its own reads its conditions from the query", () => {
  const query = read('event:order.*,stock -event:order.gone since:1h late -"two words"', language);
  expect(query.misunderstood).toEqual([]);
  const texts = (values: readonly { text: string }[]) => values.map(({ text }) => text);
  const { wanted, unwanted } = valuesOf(query, "event");
  expect([texts(wanted), texts(unwanted)]).toEqual([["order.*", "stock"], ["order.gone"]]);
  expect(wordsOf(query)).toBe('late -"two words"');
  expect(boundOf(query, "since", { now, zone: "UTC" })).toBe(now - 3_600_000);
});

test.each([
  ["since:soon", "since: expected a time such as 24h or 2026-11-22, got “soon”"],
  ["id:abc", "id: expected whole ids, got “abc”"],
  ["-since:1h", "since: cannot be negated"],
])("%s is refused as in any other list", (q, reason) => {
  expect(read(q, language).misunderstood.map((one) => one.reason)).toEqual([reason]);
});
