import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { concurrencyLimits } from "../schema/concurrency-limits.ts";
import { newId } from "../schema/ids.ts";
import { slots } from "../schema/waiting.ts";
import { eventually, recordChanges } from "../testing/store-fixture.ts";
import { createWorld, type World } from "../testing/world.ts";

let clock = Date.parse("2026-03-01T12:00:00Z");
let world: World;
beforeEach(async () => {
  world = await createWorld({ now: () => clock });
});
afterEach(() => world.close());

const limit = (name: string, most: number, more: object = {}) =>
  world.call(concurrencyLimits.create, { name, limit: most, ...more });
interface RequestOverrides {
  names?: string[];
  slots?: number;
  seconds?: number;
  holder?: string;
  signal?: AbortSignal;
}
const take = ({ names = ["db"], slots = 1, seconds = 20, holder = newId(), signal }: RequestOverrides = {}) =>
  world.client.call(
    concurrencyLimits.incrementWithLease,
    { names, slots, wait_seconds: seconds, holder: { type: "task_run", id: holder } },
    signal ? { signal } : {},
  );
const give = (lease_id: string) => world.call(concurrencyLimits.decrementWithLease, { lease_id });
const active = async (name = "db") =>
  (await world.call(concurrencyLimits.read, { id_or_name: name })).active_slots;
/** The order in which requests are answered. */
function ordered() {
  const order: string[] = [];
  const note = (name: string, request: RequestOverrides = {}) =>
    take(request).then((taken) => {
      order.push(name);
      return taken;
    });
  return { order, note };
}
/** Long enough for a request to be queued. */
const moment = () => new Promise((done) => setTimeout(done, 30));

describe("a request that may be held", () => {
  test("is answered at once when slots are free, else when slots are released, first come first served", async () => {
    await limit("db", 1);
    const held = await take();
    const { order, note } = ordered();
    const first = note("first");
    await moment();
    const second = note("second");
    await moment();
    expect(order).toEqual([]);
    await give(held.lease_id);
    const { lease_id } = await first;
    await moment();
    expect(order).toEqual(["first"]);
    await give(lease_id);
    await second;
    expect(await active()).toBe(1);
  });

  test("for more than is free does not keep slots idle", async () => {
    await limit("db", 2);
    const [one, two] = [await take(), await take()];
    const { order, note } = ordered();
    const big = note("big", { slots: 2 });
    await moment();
    const small = note("small");
    await moment();
    await give(one.lease_id);
    const { lease_id } = await small;
    await give(two.lease_id);
    await give(lease_id);
    await big;
    expect(order).toEqual(["small", "big"]);
  });

  test("that needs slots of several limits gets them together", async () => {
    await limit("db", 1);
    await limit("gpu", 1);
    const [db, gpu] = [await take(), await take({ names: ["gpu"] })];
    const both = take({ names: ["gpu", "db"] });
    await moment();
    await give(db.lease_id);
    await moment();
    expect([await active(), await active("gpu")]).toEqual([0, 1]);
    await give(gpu.lease_id);
    expect((await both).limits).toHaveLength(2);
  });

  test("is answered when the limit grows, is deactivated or deleted, or a lease expires", async () => {
    await limit("db", 1);
    await take();
    const grown = take();
    await moment();
    await world.call(concurrencyLimits.update, { id_or_name: "db", limit: 2 });
    await grown;
    const expired = take();
    await moment();
    clock += 301_000;
    await world.store.concurrencyLimits.expireLeases();
    await expired;
    await take();
    const off = take();
    await moment();
    await world.call(concurrencyLimits.update, { id_or_name: "db", active: false });
    expect((await off).limits).toMatchObject([{ name: "db" }]);
    await world.call(concurrencyLimits.update, { id_or_name: "db", active: true });
    const deleted = take();
    await moment();
    await world.call(concurrencyLimits.delete, { id_or_name: "db" });
    expect((await deleted).limits).toEqual([]);
  });

  test("is answered when slots have decayed", async () => {
    await limit("rate", 1, { slot_decay_per_second: 10 });
    const mode = "rate_limit" as const;
    const request = { names: ["rate"], slots: 1, mode, wait_seconds: 20 };
    await world.call(concurrencyLimits.increment, request);
    const next = world.call(concurrencyLimits.increment, request);
    await moment();
    clock += 100;
    expect(await next).toHaveLength(1);
  });

  test("is refused at once when it can never be granted", async () => {
    await limit("db", 1);
    await take();
    const waiting = take();
    await moment();
    await expect(take({ slots: 2 })).rejects.toMatchObject({ code: "invalid" });
    await world.call(concurrencyLimits.update, { id_or_name: "db", limit: 2 });
    await waiting;
  });
});

describe("a held request that was not granted", () => {
  test("is refused with 423, and its holder keeps its place for the next request", async () => {
    await limit("db", 1);
    const held = await take();
    const { order, note } = ordered();
    const holder = newId();
    await expect(take({ seconds: 0.05, holder })).rejects.toMatchObject({ code: "locked", retryAfter: 0 });
    const other = note("other");
    await moment();
    const again = note("again", { holder });
    await moment();
    await give(held.lease_id);
    const { lease_id } = await again;
    expect(order).toEqual(["again"]);
    await give(lease_id);
    await other;
  });

  test("whose client disconnected takes nothing", async () => {
    await limit("db", 1);
    const held = await take();
    const client = new AbortController();
    const gone = take({ signal: client.signal }).catch(() => undefined);
    await moment();
    client.abort();
    await gone;
    await give(held.lease_id);
    await moment();
    expect(await active()).toBe(0);
  });
});

test("held requests count as denied, and appear and disappear live", async () => {
  const { id } = await limit("db", 1);
  const held = await take();
  const { changes } = recordChanges(world.store, (noun) => noun === "concurrency-limits");
  const denied = () => changes.map(({ row }) => row?.denied_slots);
  const first = take();
  await eventually(denied).toEqual([1]);
  const client = new AbortController();
  const gone = take({ signal: client.signal }).catch(() => undefined);
  await eventually(denied).toEqual([1, 2]);
  const [board] = await world.call(slots.boards, { names: ["db"] });
  expect(board?.waiters).toHaveLength(2);
  client.abort();
  await gone;
  await eventually(denied).toEqual([1, 2, 1]);
  await give(held.lease_id);
  await first;
  expect((await world.store.concurrencyLimits.read(id))?.denied_slots).toBe(0);
});

test("a request that may not be held is refused at once with Retry-After", async () => {
  await limit("db", 1);
  await take();
  await expect(take({ seconds: 0 })).rejects.toMatchObject({
    code: "locked",
    retryAfter: expect.any(Number),
  });
});

test("many waiters never exceed the limit, and all are served", async () => {
  await limit("db", 3);
  let [inside, most, done] = [0, 0, 0];
  const work = async () => {
    const { lease_id } = await take();
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((next) => setTimeout(next, 20));
    inside -= 1;
    done += 1;
    await give(lease_id);
  };
  await Promise.all(Array.from({ length: 60 }, work));
  expect([most, done, await active()]).toEqual([3, 60, 0]);
});
