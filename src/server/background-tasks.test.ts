import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Client, createClient } from "../client/client.ts";
import { timestamp } from "../schema/scalars.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { taskWorkers } from "../schema/task-workers.ts";
import { connectSocket, type SocketClient } from "../testing/socket-client.ts";
import { createWorld, type World } from "../testing/world.ts";
import { BackgroundTasks } from "./background-tasks.ts";

const path = "/api/task_runs/subscriptions/scheduled";
let world: World;
let url: string;
let client: Client;
beforeEach(async () => {
  world = await createWorld();
  await listen();
});
afterEach(() => world.close());

async function listen() {
  ({ url } = await world.listen());
  client = createClient({ baseUrl: `${url}/api`, send: fetch });
}

let made = 0;
const start = Date.parse("2026-03-01T12:00:00Z");
/** Ascending times, to order runs created within one millisecond. */
const delay = (task_key: string, more: object = {}) => {
  made += 1;
  return client.call(taskRuns.create, {
    ...{ task_key, dynamic_key: `${task_key}-${made}` },
    state: {
      type: "SCHEDULED",
      state_details: { deferred: true, scheduled_time: timestamp(start + made), ...more },
    },
  });
};
const worker = async (keys: string[], client_id = "me"): Promise<SocketClient> => {
  const ear = await connectSocket(`${url.replace("http", "ws")}${path}`);
  ear.say({ type: "subscribe", keys, client_id });
  await ear.pong();
  return ear;
};
const ack = { type: "ack" };
const subscribe = { type: "subscribe", keys: ["a"], client_id: "me" };
const workers = async (keys?: string[]) => {
  const filter = keys ? { task_worker_filter: { task_keys: keys } } : {};
  return (await client.call(taskWorkers.filter, filter)).map(({ identifier }) => identifier);
};

describe("a task worker", () => {
  test("gets a run as soon as it is created, and the next once it has accepted that", async () => {
    const ear = await worker(["a"]);
    const one = await delay("a", { task_parameters_id: "d6f842c7-a572-4a81-a0d5-35c1185007ec" });
    const other = await delay("a");
    const { estimated_start_time_delta: _, ...row } = await client.call(taskRuns.read, { id: one.id });
    expect(await ear.receive()).toMatchObject(row);
    expect(await ear.soFar()).toEqual([]);
    ear.say(ack);
    expect(await ear.receive()).toMatchObject({ id: other.id, state_type: "SCHEDULED" });
    ear.say(ack);
    expect(await ear.soFar()).toEqual([]);
    ear.socket.close();
  });

  test("gets runs created before it connected, also at an earlier server, but none of other tasks", async () => {
    const [first, second] = [await delay("a"), await delay("a")];
    await delay("b");
    await client.call(taskRuns.create, { task_key: "a", dynamic_key: "mine", state: { type: "SCHEDULED" } });
    await listen();
    const third = await delay("a");
    const ear = await worker(["a"]);
    for (const { id } of [first, second, third]) {
      expect(await ear.receive()).toMatchObject({ id });
      ear.say(ack);
    }
    expect(await ear.soFar()).toEqual([]);
    ear.socket.close();
  });

  test("does not get runs that were cancelled or deleted while they waited", async () => {
    const [cancelled, deleted, left] = [await delay("a"), await delay("a"), await delay("a")];
    await client.call(taskRuns.setState, { id: cancelled.id, state: { type: "CANCELLED" }, force: true });
    await client.call(taskRuns.delete, { id: deleted.id });
    const ear = await worker(["a"]);
    expect(await ear.receive()).toMatchObject({ id: left.id });
    ear.socket.close();
  });

  test("gets a run again that is rescheduled", async () => {
    const ear = await worker(["a"]);
    const { id } = await delay("a");
    await ear.receive();
    ear.say(ack);
    await ear.pong();
    for (const state of [
      { type: "FAILED" as const },
      { type: "SCHEDULED" as const, state_details: { deferred: true } },
    ])
      await client.call(taskRuns.setState, { id, state, force: true });
    expect(await ear.receive()).toMatchObject({ id });
    ear.socket.close();
  });

  test("with several tasks gets their runs round-robin", async () => {
    const runs = [await delay("a"), await delay("a"), await delay("b"), await delay("b")];
    const ear = await worker(["a", "b", "a"]);
    const received: unknown[] = [];
    for (const _ of runs) {
      received.push((await ear.receive()).task_key);
      ear.say(ack);
    }
    expect(received).toEqual(["a", "b", "a", "b"]);
    ear.socket.close();
  });

  test("is listed with its tasks while it is connected", async () => {
    const [one, other] = [await worker(["a", "b"], "one"), await worker(["c"], "other")];
    expect(await workers()).toEqual(["one", "other"]);
    expect(await workers(["b", "x"])).toEqual(["one"]);
    expect(await workers([])).toEqual(["one", "other"]);
    one.socket.close();
    await one.closed;
    await other.pong();
    expect(await workers()).toEqual(["other"]);
    other.socket.close();
  });
});

describe("of several task workers", () => {
  test("each run is given to one", async () => {
    const ears = await Promise.all([worker(["a"], "one"), worker(["a"], "other")]);
    const runs = await Promise.all(Array.from({ length: 20 }, () => delay("a")));
    const received: unknown[] = [];
    const listen = async (ear: SocketClient) => {
      while (received.length < runs.length) {
        received.push((await ear.receive()).id);
        ear.say(ack);
      }
    };
    await Promise.race(ears.map(listen));
    expect([...received].sort()).toEqual(runs.map(({ id }) => id).sort());
    for (const ear of ears) ear.socket.close();
  });

  test.each([
    ["is gone before it has taken its run", (ear: SocketClient) => ear.socket.terminate()],
    ["quits", (ear: SocketClient) => ear.say({ type: "quit" })],
  ])("when one %s, the next is given that run before all others", async (_, leave) => {
    const leaver = await worker(["a"], "leaver");
    const first = await delay("a");
    await leaver.receive();
    const second = await delay("a");
    leave(leaver);
    await leaver.closed;
    const ear = await worker(["a"], "next");
    expect(await ear.receive()).toMatchObject({ id: first.id });
    ear.say(ack);
    expect(await ear.receive()).toMatchObject({ id: second.id });
    ear.socket.close();
  });

  test("each run is given once, in order, beyond the capacity of the queue", async () => {
    const tasks = new BackgroundTasks(world.store, world.now);
    const count = 1200;
    const ids: string[] = [];
    const make = async () => {
      const run = await delay("many");
      ids.push(run.id);
      tasks.offer(run);
    };
    for (let round = 0; round < count / 2; round += 1) await make();
    const subscription = tasks.subscribe({ identifier: "me", task_keys: ["many"] });
    const input: (string | undefined)[] = [];
    const take = async () => {
      input.push((await subscription.next())?.id);
      subscription.taken();
    };
    await take();
    for (let round = 0; round < count / 2; round += 1) await make();
    for (let round = 1; round < count; round += 1) await take();
    expect(input).toEqual(ids);
    const last = subscription.next();
    subscription.close();
    expect(await last).toBeUndefined();
  });
});

describe("a connection is closed", () => {
  test.each<[string, unknown[], number]>([
    ["that does not subscribe", [{ type: "ack" }], 4001],
    ["that names no tasks", [{ ...subscribe, keys: [] }], 4001],
    ["that does not name itself", [{ ...subscribe, client_id: "" }], 4001],
    ["that says no JSON", ["what"], 4001],
    ["that acknowledges what it was not given", [subscribe, ack], 4001],
    ["that says something else", [subscribe, { type: "more" }], 4001],
    ["that quits", [subscribe, { type: "quit" }], 1000],
  ])("%s", async (_, messages, code) => {
    const ear = await connectSocket(`${url.replace("http", "ws")}${path}`);
    for (const message of messages) ear.say(message);
    expect(await ear.closed).toMatchObject({ code });
    expect(await workers()).toEqual([]);
  });
});
