import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { SocketClient } from "../testing/socket-client.ts";
import { createWorld, type World } from "../testing/world.ts";
import type { RunningServer } from "./start.ts";

// Arbitrary socket messages. The seed is fixed, so that failures are reproducible.
const seed = 20_262;

const paths = [
  "/api/events/in",
  "/api/events/out",
  "/api/logs/out",
  "/api/task_runs/subscriptions/scheduled",
  "/api/praetor/live",
];

let world: World;
let server: RunningServer;
const failures: unknown[] = [];
const note = (error: unknown) => failures.push(error);
beforeAll(async () => {
  world = await createWorld({ settings: { logLevel: "silent" } });
  server = await world.listen();
  process.on("unhandledRejection", note);
});
afterAll(async () => {
  process.off("unhandledRejection", note);
  await world.close();
});
beforeEach(() => {
  failures.length = 0;
});
afterEach(async () => {
  expect(failures).toEqual([]);
  expect((await fetch(`${server.url}/api/ready`)).status).toBe(200);
});

const hostile = fc.oneof(
  fc.constantFrom("\0", "\ud800", "__proto__", "constructor", "'", "*", "a".repeat(5000), "NaN"),
  fc.string({ maxLength: 20, unit: "binary" }),
);
const leaf = fc.oneof(
  hostile,
  fc.constantFrom(-1, 0.5, 2 ** 53, 1e308),
  fc.uuid(),
  fc.boolean(),
  fc.constant(null),
);
const keys = [
  "type",
  "filter",
  "scopes",
  "since",
  "noun",
  "keys",
  "seq",
  "events",
  "id",
  "event",
  "resource",
  "backfill",
];
const value = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie("value"), { maxLength: 3 }), tie("object")),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...keys), hostile), tie("value"), { maxKeys: 5 }),
})).value;
const types = ["auth", "filter", "subscribe", "ack", "quit", "events", "event"];
const message = fc.oneof(
  fc.tuple(fc.constantFrom(...types), value).map(([type, rest]) => ({ type, ...Object(rest) })),
  value,
);
const text = fc.oneof(
  message.map((input) => JSON.stringify(input) ?? ""),
  hostile,
);

async function converse(path: string, sayings: readonly string[], isSignedIn: boolean): Promise<number> {
  const ear = new SocketClient(server.url.replace("http", "ws") + path);
  await ear.opened;
  if (isSignedIn) ear.say({ type: "auth", token: null });
  for (const output of sayings) if (ear.socket.readyState === WebSocket.OPEN) ear.say(output);
  const ended = await Promise.race([ear.closed, sleep(30, { code: 0 })]);
  ear.socket.terminate();
  return ended.code;
}

test.each(paths)(
  "any message to %s at most ends that connection, with a code of the protocol",
  async (path) => {
    const samples = fc.sample(fc.array(text, { minLength: 1, maxLength: 6 }), { seed, numRuns: 40 });
    const codes = new Set<number>();
    for (const [at, sayings] of samples.entries()) codes.add(await converse(path, sayings, at % 4 !== 0));
    // Still open, normal closure, protocol error, invalid text, policy violation, and the codes for task workers.
    expect([0, 1000, 1002, 1007, 1008, 4001]).toEqual(expect.arrayContaining([...codes]));
  },
);

test.each(paths)("invalid UTF-8 ends the connection to %s", async (path) => {
  const ear = new SocketClient(server.url.replace("http", "ws") + path);
  await ear.opened;
  ear.socket.send(Buffer.from([0xff, 0xfe, 0, 1, 2]));
  expect([1002, 1007, 1008]).toContain((await ear.closed).code);
});

test("invalid events are dropped, the others of their list are stored and acknowledged", async () => {
  const ear = new SocketClient(`${server.url.replace("http", "ws")}/api/events/in`);
  await ear.opened;
  ear.say({ type: "auth", token: null });
  expect(await ear.receive()).toMatchObject({ type: "auth_success" });
  const resource = { "prefect.resource.id": "fuzzed" };
  const good = { id: crypto.randomUUID(), event: "good", occurred: new Date().toISOString(), resource };
  const bad = fc.sample(value, { seed, numRuns: 30 });
  ear.say({ type: "events", seq: 7, events: [...bad, { ...good, related: [], payload: {} }, ...bad] });
  expect(await ear.receive()).toEqual({ type: "ack", seq: 7 });
  const found = await world.store.events.filter({ resource: { id: ["fuzzed"] }, order: "ASC" }, { limit: 5 });
  expect(found.events.map(({ id }) => id)).toEqual([good.id]);
  ear.socket.terminate();
});
