import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Route } from "../schema/route.ts";
import { createWorld, type World } from "../testing/world.ts";

// Arbitrary requests. The seed is fixed, so that failures are reproducible.
const seed = 20_261;
const seconds = 6;

let world: World;
beforeAll(async () => {
  world = await createWorld({ settings: { logLevel: "silent" } });
});
afterAll(() => world.close());

const hostile = fc.oneof(
  fc.constantFrom(
    "\0",
    "\\",
    "..",
    "%00",
    "%2e%2e%2f",
    "%ff",
    "%",
    "\ud800",
    "__proto__",
    "constructor",
    "'",
    '"',
  ),
  fc.constantFrom("'; drop table flow_run; --", "*", "%%", "_", "[", "(", "a".repeat(5000), "NaN", "1e999"),
  fc.string({ maxLength: 20, unit: "binary" }),
);
const number = fc.constantFrom(-1, 0, 0.5, 1, 200, 201, 2 ** 31, 2 ** 53, 2 ** 64, -(2 ** 63), 1e308);
const time = fc.constantFrom(
  "2026-01-01T00:00:00Z",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999Z",
  "1",
  "",
);
const uuid = fc.uuid();
const leaf = fc.oneof(hostile, number, time, uuid, fc.boolean(), fc.constant(null));
const value = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie("value"), { maxLength: 4 }), tie("object")),
  object: fc.dictionary(
    fc.oneof(fc.constantFrom("any_", "all_", "eq_", "before_", "id", "type"), hostile),
    tie("value"),
    {
      maxKeys: 4,
    },
  ),
})).value;

/** A body with the keys of a route, so that it gets past the first check now and then. */
const bodyOf = (route: Route) => {
  const shape = "shape" in route.input ? Object.keys(Object(route.input.shape)) : [];
  const known = fc.record(Object.fromEntries(shape.map((key) => [key, value])), { requiredKeys: [] });
  return fc.oneof(known, known, value);
};

/** Numbers in notations of other languages, duplicate keys, and truncated texts. */
const written = fc.tuple(
  fc.constantFrom("1.0", "-0", "1E5", "9007199254740993", "1e999", "0.1000"),
  fc.integer(),
);
const textOf = (body: unknown, [number, at]: [string, number]): string => {
  const text = JSON.stringify(body) ?? "";
  const numbers = [...text.matchAll(/(?<=[:,[])-?\d[\d.e+]*/g)];
  const chosen = numbers[Math.abs(at) % Math.max(1, numbers.length)];
  if (chosen) return text.slice(0, chosen.index) + number + text.slice(chosen.index + chosen[0].length);
  if (at % 3 === 0) return text.replace(/^\{/, `{"limit":${number},"limit":${number},`);
  return at % 7 === 0 ? text.slice(0, Math.abs(at) % 40) : text;
};

const segment = fc.oneof(uuid, hostile, fc.constantFrom("default", "status"));

function requestOf(route: Route): fc.Arbitrary<Request> {
  const keys = route.path.match(/:\w+/g) ?? [];
  const parts = fc.tuple(
    fc.array(segment, { minLength: keys.length, maxLength: keys.length }),
    bodyOf(route),
    hostile,
    written,
  );
  return parts.map(([segments, body, query, number]) => {
    let at = 0;
    const path = route.path.replace(/:\w+/g, () => escaped(segments[at++] ?? ""));
    const isBodiless = route.method === "GET" || route.method === "DELETE";
    const search =
      isBodiless && typeof body === "object" && body !== null ? searchOf(body) : `a=${escaped(query)}`;
    const url = `http://praetor.test/api${path}?${search}`;
    return new Request(url, { method: route.method, ...(isBodiless ? {} : { body: textOf(body, number) }) });
  });
}

const searchOf = (body: object) =>
  Object.entries(body)
    .map(
      ([key, each]) => `${escaped(key)}=${escaped(typeof each === "string" ? each : JSON.stringify(each))}`,
    )
    .join("&");

/** Sometimes encoded, sometimes raw: invalid Unicode cannot be encoded. */
const escaped = (text: string) => {
  const sound = text.toWellFormed();
  return /^%/.test(sound) ? sound : encodeURIComponent(sound);
};

test("every request to a route is answered in JSON and never with a 5xx", async () => {
  const until = performance.now() + seconds * 1000;
  const failed: string[] = [];
  const samples = new Map(
    world.routes.map((route) => [route, fc.sample(requestOf(route), { seed, numRuns: 40 })]),
  );
  for (let round = 0; round < 40 && performance.now() < until; round++) {
    for (const requests of samples.values()) {
      const request = requests[round];
      if (!request) continue;
      const sent =
        request.method === "GET" || request.method === "DELETE" ? "" : await request.clone().text();
      const answer = await world.fetch(request);
      const text = await answer.text();
      const isJson = text === "" || /json|csv/.test(answer.headers.get("content-type") ?? "");
      if (answer.status >= 500 || !isJson)
        failed.push(`${request.method} ${request.url} ${sent} → ${answer.status} ${text.slice(0, 200)}`);
    }
  }
  expect(failed).toEqual([]);
}, 60_000);
