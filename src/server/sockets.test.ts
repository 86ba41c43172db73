import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type EventCreate, runErrorEvent } from "../schema/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { newId } from "../schema/ids.ts";
import { logs } from "../schema/logs.ts";
import { timestamp } from "../schema/scalars.ts";
import { taskRunStates } from "../schema/states.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { openStore, type Store } from "../store/store.ts";
import { connectSocket, type Message, SocketClient } from "../testing/socket-client.ts";
import { createWorld, type World } from "../testing/world.ts";

let world: World;
let url: string;
beforeAll(async () => {
  world = await createWorld();
  url = (await world.listen()).url.replace("http", "ws");
});
afterAll(() => world.close());

const connect = (path: string, token: string | null = null, at: string = url): Promise<SocketClient> =>
  connectSocket(`${at}/api${path}`, token);

const someEvent = (input: Partial<EventCreate> = {}): EventCreate => ({
  id: newId(),
  occurred: timestamp(Date.now()),
  event: "thing.happened",
  resource: { "prefect.resource.id": "thing.1" },
  related: [],
  payload: {},
  follows: null,
  ...input,
});
const taskRunEvent = (id: string, type: string, occurred: number): EventCreate =>
  someEvent({
    occurred: timestamp(occurred),
    event: `prefect.task-run.${type}`,
    resource: {
      "prefect.resource.id": `prefect.task-run.${id}`,
      "prefect.resource.name": "t-1",
      "prefect.state-type": type.toUpperCase(),
      "prefect.state-name": type,
      "prefect.orchestration": "client",
    },
    payload: {
      intended: { from: null, to: type.toUpperCase() },
      validated_state: { type: type.toUpperCase(), name: type },
      task_run: { name: "t-1", task_key: "t", dynamic_key: id },
    },
  });
const stored = async (id: string) => (await world.store.events.readMany([id])).length;

describe("the handshake", () => {
  test("of an unknown path is refused with 404", async () => {
    const socket = new WebSocket(`${url}/api/work_pools/p/workers/connect`, ["prefect"]);
    const response = await new Promise<number | undefined>((done) => {
      socket.once("unexpected-response", (_, answer) => done(answer.statusCode));
      socket.once("error", () => undefined);
    });
    expect(response).toBe(404);
  });

  test("selects the sub-protocol and answers pings", async () => {
    const ear = await connect("/events/in");
    expect(ear.socket.protocol).toBe("prefect");
    await ear.pong();
    ear.socket.close();
  });

  test.each([
    ["another message", { type: "hello" }],
    ["no JSON", "what"],
  ])("is over when %s comes first", async (_, message) => {
    const ear = new SocketClient(`${url}/api/events/in`);
    await ear.opened;
    ear.say(message);
    expect(await ear.closed).toMatchObject({ code: 1008, reason: expect.stringContaining("Auth required") });
  });

  test("needs the password if one is set, plain or in base64", async () => {
    const closed = await createWorld({ settings: { apiAuthString: "me:secret" } });
    const at = (await closed.listen()).url.replace("http", "ws");
    for (const token of ["me:secret", btoa("me:secret")])
      (await connect("/events/in", token, at)).socket.close();
    for (const token of [null, "wrong", btoa("me:wrong")]) {
      const ear = new SocketClient(`${at}/api/events/in`);
      await ear.opened;
      ear.say({ type: "auth", token });
      expect(await ear.closed).toMatchObject({ code: 1008 });
    }
    const old = new SocketClient(`${at}/api/events/in`, []);
    expect(await old.closed).toMatchObject({ code: 1002 });
    await closed.close();
  });

  test("allows an address ten wrong passwords a minute, together with its requests", async () => {
    const closed = await createWorld({ settings: { apiAuthString: "me:secret" } });
    const server = await closed.listen();
    const at = server.url.replace("http", "ws");
    const refused = async (token: string) => {
      const ear = new SocketClient(`${at}/api/events/in`);
      await ear.opened;
      ear.say({ type: "auth", token });
      return (await ear.closed).reason;
    };
    for (let guess = 0; guess < 10; guess += 1) expect(await refused(`guess-${guess}`)).toContain("is wrong");
    expect(await refused("me:secret")).toContain("too many failed");
    const headers = { authorization: `Basic ${btoa("me:secret")}` };
    expect((await fetch(`${server.url}/api/flows/filter`, { method: "POST", headers })).status).toBe(429);
    await closed.close();
  });
});

describe("/events/in", () => {
  test("accepts one event per frame; a pong confirms that all earlier ones are stored", async () => {
    const ear = await connect("/events/in");
    const events = Array.from({ length: 50 }, () => someEvent());
    for (const event of events) ear.say(event);
    await ear.pong();
    expect(await world.store.events.readMany(events.map(({ id }) => id))).toHaveLength(50);
    ear.socket.close();
  });

  test("offers lists, and acknowledges each once it is stored", async () => {
    const ear = new SocketClient(`${url}/api/events/in`);
    await ear.opened;
    ear.say({ type: "auth", token: null });
    expect(await ear.receive()).toMatchObject({ praetor: { batch: true } });
    const events = [someEvent(), someEvent()];
    ear.say({ type: "events", seq: 7, events });
    expect(await ear.receive()).toEqual({ type: "ack", seq: 7 });
    expect(await stored(events[1]?.id ?? "")).toBe(1);
    // Events sent before a connection loss are sent again.
    ear.say({ type: "events", seq: 8, events: [...events, someEvent()] });
    expect(await ear.receive()).toEqual({ type: "ack", seq: 8 });
    ear.socket.close();
  });

  test("records task runs whose states arrive in any order", async () => {
    const ear = await connect("/events/in");
    const id = newId();
    const now = Date.now();
    const [pending, running, completed] = ["Pending", "Running", "Completed"].map((type, index) =>
      taskRunEvent(id, type, now + index),
    );
    ear.say({ type: "events", seq: 1, events: [completed, pending] });
    ear.say({ type: "events", seq: 2, events: [running, completed, running] });
    await ear.receive();
    await ear.receive();
    expect(await world.call(taskRuns.read, { id })).toMatchObject({
      state_type: "COMPLETED",
      state_id: completed?.id,
    });
    const states = await world.call(taskRunStates.list, { task_run_id: id });
    expect(states.map((state) => state.id)).toEqual([pending?.id, running?.id, completed?.id]);
    ear.socket.close();
  });

  test("closes on a frame that is no event, but skips one in a list", async () => {
    const ear = await connect("/events/in");
    const good = someEvent();
    ear.say({ type: "events", seq: 1, events: [{ event: "no resource" }, good] });
    expect(await ear.receive()).toEqual({ type: "ack", seq: 1 });
    expect(await stored(good.id)).toBe(1);
    ear.say({ event: "no resource" });
    expect(await ear.closed).toMatchObject({ code: 1007 });
  });
});

describe("/events/out", () => {
  const follow = async (filter: object, backfill = true) => {
    const ear = await connect("/events/out");
    ear.say({ type: "filter", filter, backfill });
    await ear.pong();
    return ear;
  };
  const idOf = (message: Message) => (message.event as { id: string }).id;

  test("sends past events first, then new ones, each once", async () => {
    const resource = { "prefect.resource.id": "backfill.1" };
    const past = Array.from({ length: 600 }, (_, index) =>
      someEvent({ resource, occurred: timestamp(Date.now() - 60_000 + index) }),
    );
    await world.store.ingest(past);
    const ear = await connect("/events/out");
    ear.say({ type: "filter", filter: { resource: { id: ["backfill.1"] } } });
    const next = someEvent({ resource });
    await world.store.ingest([next]);
    const received: string[] = [];
    while (received.length < 601) received.push(idOf(await ear.receive()));
    expect(received).toEqual([...past, next].map(({ id }) => id));
    expect(await ear.soFar()).toEqual([]);
    ear.socket.close();
  });

  test("sends nothing older than 15 minutes, and no past events when not requested", async () => {
    const resource = { "prefect.resource.id": "old.1" };
    await world.store.ingest([someEvent({ resource, occurred: timestamp(Date.now() - 20 * 60_000) })]);
    const filter = { resource: { id: ["old.1"] }, occurred: { since: "2020-01-01T00:00:00Z" } };
    const all = await follow(filter);
    const live = await follow({ ...filter, occurred: null }, false);
    const event = someEvent({ resource });
    await world.store.ingest([event]);
    expect(idOf(await all.receive())).toBe(event.id);
    expect(idOf(await live.receive())).toBe(event.id);
    for (const ear of [all, live]) ear.socket.close();
  });

  test("sends a cancellation to its subscriber", async () => {
    const run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    const ear = await follow({
      event: { prefix: null, name: ["prefect.flow-run.Cancelling"], exclude_prefix: [] },
      resource: { id: [`prefect.flow-run.${run.id}`] },
      related: [],
      id: { id: [] },
      occurred: { since: timestamp(Date.now() - 60_000), until: timestamp(Date.now() + 31_536_000_000) },
    });
    await world.call(flowRuns.setState, { id: run.id, state: { type: "CANCELLING" } });
    expect(await ear.receive()).toMatchObject({
      type: "event",
      event: { event: "prefect.flow-run.Cancelling" },
    });
    ear.socket.close();
  });

  test("closes on a message that is no filter", async () => {
    const ear = await connect("/events/out");
    ear.say({ type: "filter", filter: { nope: 1 } });
    expect(await ear.closed).toMatchObject({ code: 1002 });
  });
});

test("/logs/out sends matching logs as they arrive", async () => {
  const run = await world.flowRun();
  const ear = await connect("/logs/out");
  const text = { query: 'RIVER "of sand" -late' };
  ear.say({ type: "filter", filter: { flow_run_id: { any_: [run.id] }, level: { ge_: 30 }, text } });
  await ear.pong();
  const log = { name: "l", timestamp: timestamp(Date.now()), flow_run_id: run.id };
  await world.call(logs.create, {
    logs: [
      { ...log, level: 20, message: "a barge of sand" },
      ...["sand", "the river is late", "a barge of sand"].map((message) => ({ ...log, level: 40, message })),
    ],
  });
  expect(await ear.receive()).toMatchObject({ type: "log", log: { level: 40, message: "a barge of sand" } });
  ear.socket.close();
});

describe("/praetor/live", () => {
  interface Changes {
    type: string;
    seq: number;
    changes: { noun: string; kind: string; id: string; seq: number; row: Record<string, unknown> | null }[];
  }
  const isChanges = (message: unknown): message is Changes =>
    typeof message === "object" && message !== null && "changes" in message;
  async function next(ear: SocketClient): Promise<Changes> {
    const message: unknown = await ear.receive();
    if (!isChanges(message)) throw new Error(`expected changes, got ${JSON.stringify(message)}`);
    return message;
  }
  async function subscribe(scopes: object[], since: number | null = null) {
    const ear = await connect("/praetor/live");
    ear.say({ type: "subscribe", scopes, since });
    return ear;
  }

  test("sends its resume position, then each changed row, whole and once per tick", async () => {
    const ear = await subscribe([{ noun: "flow-runs" }]);
    const first = await next(ear);
    expect(first).toMatchObject({ type: "changes", changes: [], seq: world.store.seq() });
    const run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
    const reported = await next(ear);
    expect(reported.changes).toMatchObject([{ noun: "flow-runs", kind: "created", id: run.id }]);
    expect(reported.seq).toBeGreaterThan(first.seq);
    // A busy machine may need more than one tick for both states.
    let row = reported.changes[0]?.row;
    while (row?.state_type !== "RUNNING") row = (await next(ear)).changes[0]?.row;
    const { estimated_run_time: _, ...stable } = await world.call(flowRuns.read, { id: run.id });
    expect(row).toMatchObject(stable);
    await world.call(flowRuns.delete, { id: run.id });
    expect(await next(ear)).toMatchObject({ changes: [{ kind: "deleted", id: run.id, row: null }] });
    ear.socket.close();
  });

  test("sends changes of the subscribed run only, with its task runs, logs and errors", async () => {
    const [mine, other] = [await world.flowRun(), await world.flowRun()];
    const scopes = ["flow-runs", "task-runs", "logs", "errors"].map((noun) => ({
      noun,
      flow_run_id: mine.id,
    }));
    const ear = await subscribe(scopes);
    await next(ear);
    for (const flowRun of [other, mine]) {
      await world.taskRun({ flowRun });
      const log = {
        name: "l",
        level: 20,
        message: "m",
        timestamp: timestamp(Date.now()),
        flow_run_id: flowRun.id,
      };
      await world.call(logs.create, { logs: [log] });
      await world.store.ingest([
        someEvent({
          event: runErrorEvent,
          resource: { "prefect.resource.id": `prefect.flow-run.${flowRun.id}` },
          payload: { chain: [], attempt: 1 },
        }),
      ]);
      await world.call(flowRuns.setState, { id: flowRun.id, state: { type: "RUNNING" } });
    }
    const nouns = new Map<string, unknown>();
    while (nouns.size < 4) for (const { noun, row } of (await next(ear)).changes) nouns.set(noun, row);
    expect(nouns.get("flow-runs")).toMatchObject({ id: mine.id, state_type: "RUNNING" });
    expect(nouns.get("task-runs")).toMatchObject({ flow_run_id: mine.id });
    expect(nouns.get("logs")).toMatchObject({ flow_run_id: mine.id, message: "m" });
    expect(nouns.get("errors")).toMatchObject({ event: runErrorEvent });
    ear.socket.close();
  });

  test("sends changes missed since the last seq", async () => {
    const run = await world.flowRun();
    const since = world.store.seq();
    await world.call(flowRuns.setState, { id: run.id, state: { type: "RUNNING" } });
    const ear = await subscribe([{ noun: "flow-runs" }], since);
    const { changes } = await next(ear);
    expect(changes).toMatchObject([{ id: run.id, row: { state_type: "RUNNING" } }]);
    ear.socket.close();
  });

  test("sends missed changes also when the server stops while reading them", async () => {
    const { promise: mayRead, resolve: letRead } = Promise.withResolvers<void>();
    const reading = Promise.withResolvers<void>();
    const slow = await createWorld({
      async open(now) {
        const store = await openStore({ path: ":memory:", now });
        const changesSince: Store["changesSince"] = async (...request) => {
          reading.resolve();
          await mayRead;
          return store.changesSince(...request);
        };
        return { ...store, changesSince };
      },
    });
    const { id } = await slow.flowRun();
    const server = await slow.listen();
    const ear = await connect("/praetor/live", null, server.url.replace("http", "ws"));
    ear.say({ type: "subscribe", scopes: [{ noun: "flow-runs" }], since: 0 });
    await reading.promise;
    const stopped = slow.close();
    letRead();
    const answer = await Promise.race([ear.receive(), ear.closed]);
    expect(answer).toMatchObject({ changes: [{ id }] });
    expect(await ear.closed).toMatchObject({ code: 1001 });
    await stopped;
  });

  test("sends a reset when the missed changes are unknown", async () => {
    const ear = await subscribe([{ noun: "flow-runs" }], world.store.seq() + 1_000_000);
    expect(await ear.receive()).toEqual({ type: "reset", seq: world.store.seq() });
    ear.socket.close();
  });

  test("resets a dashboard that lags behind, and does not buffer its frames", async () => {
    const run = await world.flowRun();
    const ear = await subscribe([{ noun: "logs", flow_run_id: run.id }]);
    await next(ear);
    ear.socket.pause();
    const message = "x".repeat(100_000);
    const log = { name: "l", level: 20, message, timestamp: timestamp(Date.now()), flow_run_id: run.id };
    // More than the system's buffers hold, so that the server notices the lag.
    for (let round = 0; round < 14; round += 1) {
      await world.call(logs.create, { logs: Array.from({ length: 30 }, () => log) });
      await new Promise((done) => setTimeout(done, 120));
    }
    ear.socket.resume();
    let reported = 0;
    let frame = await ear.receive();
    for (; frame.type === "changes"; frame = await ear.receive())
      reported += (frame.changes as unknown[]).length;
    expect(frame).toMatchObject({ type: "reset" });
    expect(reported).toBeLessThan(14 * 30);
    ear.socket.close();
  });
});
