import fc from "fast-check";
import type { Operation } from "./document.ts";
import type { Rows } from "./rows.ts";
import { addressOf, type Target, targetOf } from "./targets.ts";
import { hostile, hostileKey, hostileText } from "./texts.ts";
import { valuesOf } from "./values.ts";

/** A request that is odd in its path, its query, its body, or in all of them. */
export interface OddRequest {
  segment: string | null;
  query: [string, string][];
  /** As it is sent, whatever it is. */
  body: string | null;
  type: string | null;
}

export function oddRequestsOf(operation: Operation): fc.Arbitrary<OddRequest> {
  const names = operation.query.map(({ name }) => name);
  const key = fc.oneof(fc.constantFrom("limit", "id", ...names), hostileKey);
  return fc.record({
    segment: fc.option(hostileText, { freq: 1 }),
    query: fc.array(fc.tuple(key, hostileText), { maxLength: 3 }),
    body: operation.method === "GET" ? fc.constant(null) : fc.option(bodiesOf(operation), { freq: 9 }),
    type: fc.constantFrom(
      null,
      "application/json",
      "text/plain",
      "multipart/form-data; boundary=x",
      "nonsense",
    ),
  });
}

function bodiesOf({ body: schema }: Operation): fc.Arbitrary<string> {
  const anything = fc.oneof(
    hostile.map((body) => JSON.stringify(body)),
    fc.constantFrom(...noJson),
  );
  if (!schema) return anything;
  const good = valuesOf(schema);
  const odd = fc.tuple(good, fc.nat(), hostileKey, hostile).map(([body, at, key, value]) => {
    if (typeof body !== "object" || body === null) return value;
    const keys = [...Object.keys(body), key];
    return { ...body, [keys[at % keys.length] ?? key]: value };
  });
  const twice = good.map((body) => JSON.stringify(body).replace(/^\{("[^"]*":)(.)/, "{$1null,$1$2"));
  const cut = fc.tuple(good, fc.nat()).map(([body, at]) => {
    const text = JSON.stringify(body);
    return text.slice(0, at % text.length);
  });
  const weighted = { weight: 5, arbitrary: odd.map((body) => JSON.stringify(body) ?? "") };
  return fc.oneof(weighted, twice, cut, anything);
}
const noJson = [
  "",
  "null",
  "{",
  "{]",
  "nul",
  "NaN",
  "1e999",
  "'a'",
  "{}{}",
  "\ufeff{}",
  "\0",
  '{"a":"\ud800"}',
  "[".repeat(5000),
];

/** The first key of the path, or none, is what is odd of it. */
export async function requestOf(operation: Operation, odd: OddRequest, rows: Rows): Promise<Request> {
  const target = await targetOf(operation, rows);
  const [first] = Object.keys(target.path);
  const isOdd = first !== undefined && odd.segment !== null && odd.segment !== "";
  const path: Target["path"] = isOdd
    ? { ...target.path, [first]: odd.segment?.toWellFormed() ?? "" }
    : target.path;
  const search = new URLSearchParams([...Object.entries(target.query), ...odd.query]).toString();
  const url = `http://praetor.test/api${addressOf(operation, { path, query: {} })}?${search}`;
  const headers = odd.type === null ? {} : { headers: { "content-type": odd.type } };
  const body = odd.body === null ? {} : { body: odd.body };
  return new Request(url, { method: operation.method, ...headers, ...body });
}
