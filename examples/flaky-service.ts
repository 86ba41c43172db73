// Retries against a flaky service: a local HTTP server that refuses, delays and drops requests.
// Each airport is requested with up to eight attempts and growing delays; a permanent error
// (404) is not retried.
//
//   node examples/flaky-service.ts
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { backoff, flow, runContext, runLogger, task } from "../src/index.ts";
import { parseCsv, readData } from "./data.ts";

class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;
  constructor(status: number, url: string) {
    super(`${url} answered ${status}`);
    this.status = status;
  }
}

/** Flights from each airport, from a local service that often fails. */
async function startService() {
  const departures = new Map<string, number>();
  for (const { origin = "", count } of parseCsv(await readData("flights-airport.csv"))) {
    departures.set(origin, (departures.get(origin) ?? 0) + Number(count));
  }
  const random = randomFrom(2026);
  const server = createServer((request, response) => {
    const airport = request.url?.split("/").at(-1) ?? "";
    const luck = random();
    if (luck < 0.35) answer(response, 503, { error: "overloaded" });
    else if (luck < 0.45) request.socket.destroy();
    else if (luck < 0.55) setTimeout(() => answer(response, 504, { error: "too slow" }), 1500);
    else if (!departures.has(airport)) answer(response, 404, { error: `no airport ${airport}` });
    else answer(response, 200, { airport, departures: departures.get(airport) });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

const departuresOf = task(
  {
    name: "departures",
    runName: "departures-{1}",
    tags: ["http"],
    retries: 7,
    retryDelay: backoff(0.25, { max: "3s" }),
    retryJitter: 0.3,
    retryCondition: (error) => !(error instanceof HttpError && error.status === 404),
    timeout: "5s",
  },
  async (service: string, airport: string): Promise<number> => {
    const url = `${service}/departures/${airport}`;
    const response = await fetch(url, { signal: runContext().signal });
    if (!response.ok) throw new HttpError(response.status, url);
    const body: { departures: number } = await response.json();
    runLogger().info(`${airport}: ${body.departures} flights leave`);
    return body.departures;
  },
);

const busiest = task({ name: "busiest" }, (airports: string[], counts: (number | null)[]): string => {
  const known = airports.map((airport, index) => ({ airport, flights: counts[index] ?? 0 }));
  const [first] = known.toSorted((a, b) => b.flights - a.flights);
  return `${first?.airport} with ${first?.flights} flights`;
});

const airports = ["ATL", "ORD", "DFW", "DEN", "LAX", "PHX", "IAH", "LAS", "DTW", "SFO", "SLC", "EWR", "ZZZ"];

const flakyService = flow({ name: "flaky-service", tags: ["example", "http"] }, async () => {
  const service = await startService();
  try {
    const futures = airports.map((airport) => departuresOf.submit(service.url, airport));
    // The flow observes the failure, so an unknown airport does not fail it.
    const answers = await Promise.all(futures.map((future) => future.result({ raiseOnFailure: false })));
    const counts = answers.map((value) => (value instanceof Error ? null : value));
    runLogger().warn(`Unknown airports: ${airports.filter((_, index) => counts[index] === null).join(", ")}`);
    return await busiest(airports, counts);
  } finally {
    service.stop();
  }
});

/** A seeded generator: the same failures every time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

console.log(await flakyService());
