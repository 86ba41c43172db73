import { expect, test } from "vitest";
import { newId } from "../../schema/ids.ts";
import { noDetails } from "../../schema/states.ts";
import { type Fixture, freshStore, type OpenStore } from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf } from "../../testing/store-writer.ts";

const taskRun = "01900000-0000-7000-8000-000000000001";
const otherRun = "01900000-0000-7000-8000-000000000002";
const take = (names: string[], slots = 1) => ({ names, slots, mode: "concurrency" as const });
const give = (names: string[], slots = 1, occupancy_seconds?: number) => ({
  names,
  slots,
  occupancy_seconds,
});

export function limitContract(open: OpenStore): void {
  const fixture = freshStore(open);
  slots(fixture);
  decay(fixture);
  leases(fixture);
  tags(fixture);
}

function slots(fixture: Fixture): void {
  test("slots of several limits are taken together or not at all", async () => {
    const { store } = fixture;
    const { concurrencyLimits } = store;
    await concurrencyLimits.create({ name: "a", limit: 2 });
    await concurrencyLimits.create({ name: "b", limit: 1 });
    await concurrencyLimits.create({ name: "off", limit: 1, active: false });
    const first = await concurrencyLimits.acquire(take(["a", "b", "off", "unknown"]));
    expect(first).toMatchObject({
      kind: "acquired",
      limits: [{ name: "a" }, { name: "b" }, { name: "off" }],
    });
    expect(await concurrencyLimits.acquire(take(["a", "b"]))).toMatchObject({ kind: "denied" });
    expect(await concurrencyLimits.read("a")).toMatchObject({ active_slots: 1, denied_slots: 0 });
    expect(await concurrencyLimits.read("b")).toMatchObject({ active_slots: 1, denied_slots: 1 });
    expect(await concurrencyLimits.read("off")).toMatchObject({ active_slots: 0 });
    expect(await concurrencyLimits.acquire(take(["a"], 3))).toMatchObject({ kind: "impossible" });
    expect(await concurrencyLimits.acquire(take(["unknown"]))).toMatchObject({
      kind: "acquired",
      limits: [],
    });
    await concurrencyLimits.release(give(["b"]));
    expect(await concurrencyLimits.acquire(take(["b"]))).toMatchObject({ kind: "acquired" });
    expect(await concurrencyLimits.read("b")).toMatchObject({ active_slots: 1, denied_slots: 0 });
  });

  test("slots decay, which a rate limit requires", async () => {
    const { store, clock } = fixture;
    const { concurrencyLimits } = store;
    await concurrencyLimits.create({ name: "rate", limit: 2, slot_decay_per_second: 0.5 });
    await concurrencyLimits.create({ name: "steady", limit: 2 });
    const rate = (name: string) => concurrencyLimits.acquire({ ...take([name]), mode: "rate_limit" });
    expect(await rate("steady")).toMatchObject({ kind: "impossible" });
    await rate("rate");
    await rate("rate");
    expect(await rate("rate")).toMatchObject({ kind: "denied", delay_seconds: 2 });
    clock.advance(2000);
    expect(await rate("rate")).toMatchObject({ kind: "acquired" });
  });

  test("occupancy of slots is averaged, and determines the time to retry", async () => {
    const { concurrencyLimits } = fixture.store;
    await concurrencyLimits.create({ name: "a", limit: 1 });
    await concurrencyLimits.acquire(take(["a"]));
    await concurrencyLimits.release(give(["a"], 1, 12));
    expect((await concurrencyLimits.read("a"))?.avg_slot_occupancy_seconds).toBe(7);
    await concurrencyLimits.acquire(take(["a"]));
    const denied = await concurrencyLimits.acquire(take(["a"]));
    expect(denied).toMatchObject({ kind: "denied", delay_seconds: 7 });
  });

  test("limits are unique by name, read by id and name, changed and deleted", async () => {
    const { concurrencyLimits } = fixture.store;
    const limit = await concurrencyLimits.create({ name: "a", limit: 1 });
    await expect(concurrencyLimits.create({ name: "a", limit: 1 })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await concurrencyLimits.read(limit.id)).toEqual(await concurrencyLimits.read("a"));
    expect(await concurrencyLimits.upsert({ name: "a", limit: 5 })).toMatchObject({
      isNew: false,
      row: { limit: 5 },
    });
    expect(await concurrencyLimits.update("a", { name: "b", active: false })).toBe(true);
    expect(await concurrencyLimits.filter({ limit: 9, offset: 0 })).toMatchObject([
      { name: "b", active: false },
    ]);
    expect(await concurrencyLimits.delete(limit.id)).toBe(true);
    expect(await concurrencyLimits.delete("b")).toBe(false);
  });
}

/** Decay of slots and of refusals. */
function decay(fixture: Fixture): void {
  test("decaying slots are read as of now, independent of refusals meanwhile", async () => {
    const { store, clock } = fixture;
    const { concurrencyLimits } = store;
    await concurrencyLimits.create({ name: "rate", limit: 4, slot_decay_per_second: 0.5 });
    await concurrencyLimits.acquire({ ...take(["rate"], 4), mode: "rate_limit" });
    const read = async () => {
      const [listed] = await concurrencyLimits.filter({ limit: 1, offset: 0 });
      const one = await concurrencyLimits.read("rate");
      expect(listed).toEqual(one);
      return one?.active_slots;
    };
    const seen: unknown[] = [await read()];
    for (let second = 1; second <= 8; second++) {
      clock.advance(1000);
      await concurrencyLimits.acquire({ ...take(["rate"], 4), mode: "rate_limit" });
      if (second % 2 === 0) seen.push(await read());
    }
    // At the end all are free, and the attempt at that moment takes them again.
    expect(seen).toEqual([4, 3, 2, 1, 4]);
    for (const left of [3, 2, 1, 0]) {
      clock.advance(2000);
      expect(await read()).toBe(left);
    }
  });

  test("the time to retry is bounded under any number of refusals, and short again once they expire", async () => {
    const { store, clock } = fixture;
    const { concurrencyLimits } = store;
    await concurrencyLimits.create({ name: "a", limit: 1 });
    await concurrencyLimits.acquire(take(["a"]));
    const refused = () => concurrencyLimits.acquire(take(["a"]));
    for (let count = 0; count < 300; count++) {
      clock.advance(10);
      const { delay_seconds } = { delay_seconds: 0, ...(await refused()) };
      expect(delay_seconds).toBeGreaterThan(0);
      expect(delay_seconds).toBeLessThanOrEqual(30);
    }
    // A slot held for 2 s on average: in 600 s 300 requests were served or have gone.
    clock.advance(300 * 2000);
    expect(await concurrencyLimits.read("a")).toMatchObject({ active_slots: 1, denied_slots: 0 });
    expect(await refused()).toMatchObject({ kind: "denied", delay_seconds: 2 });
  });
}

function leases(fixture: Fixture): void {
  const lease = (seconds: number | null, id = taskRun) =>
    fixture.store.concurrencyLimits.acquireLease({
      ...take(["a"]),
      lease_duration: seconds,
      holder: { type: "task_run", id },
    });
  const idOf = (acquired: Awaited<ReturnType<typeof lease>>) =>
    (acquired.kind === "acquired" && acquired.lease_id) || "";
  const active = async () => (await fixture.store.concurrencyLimits.read("a"))?.active_slots;

  test("a lease holds its slots until it is released", async () => {
    const { concurrencyLimits } = fixture.store;
    await concurrencyLimits.create({ name: "a", limit: 1 });
    const id = idOf(await lease(60));
    expect(await concurrencyLimits.readLease(id)).toMatchObject({
      limits: [{ name: "a" }],
      slots: 1,
      holder: { id: taskRun },
    });
    expect(await concurrencyLimits.leasesOf({ type: "task_run", id: taskRun })).toHaveLength(1);
    expect(await lease(60, otherRun)).toMatchObject({ kind: "denied" });
    expect(await concurrencyLimits.releaseLease(id)).toBe(true);
    expect(await concurrencyLimits.releaseLease(id)).toBe(false);
    expect(await active()).toBe(0);
  });

  test("a lease that is not renewed expires; a renewed one continues", async () => {
    const { clock, store } = fixture;
    const { concurrencyLimits } = store;
    await concurrencyLimits.create({ name: "a", limit: 3 });
    const [kept, lost, endless] = [idOf(await lease(60)), idOf(await lease(60)), idOf(await lease(null))];
    clock.advance(40_000);
    expect(await concurrencyLimits.renewLease(kept, 60)).toBe(true);
    clock.advance(40_000);
    expect(await concurrencyLimits.renewLease(lost, 60)).toBe(false);
    expect((await concurrencyLimits.expireLeases()).map((expired) => expired.id)).toEqual([lost]);
    expect(await active()).toBe(2);
    expect(await concurrencyLimits.readLease(endless)).toMatchObject({ expires: null });
    expect(await concurrencyLimits.forgetLease(endless)).toBe(true);
    expect(await active()).toBe(2);
  });

  test.each([
    ["PAUSED", "Suspended", true],
    ["SCHEDULED", "AwaitingConcurrencySlot", true],
    ["SCHEDULED", "AwaitingRetry", false],
    ["RUNNING", "Running", false],
  ] as const)("the lease of a run that is %s, %s, is awaited: %s", async (type, name, isAwaited) => {
    const { clock, store } = fixture;
    const own = newId(clock.now());
    const state = stateOf(clock, type);
    const state_details = { ...noDetails, deployment_concurrency_lease_id: own };
    await makeRun(fixture, await makeFlow(fixture), {}, { ...state, name, state_details });
    expect(await store.concurrencyLimits.isLeaseAwaited(own)).toBe(isAwaited);
    expect(await store.concurrencyLimits.isLeaseAwaited(newId(clock.now()))).toBe(false);
  });
}

function tags(fixture: Fixture): void {
  test("a limit by tag is the global limit of that name, and lists the holders of its slots", async () => {
    const { tagLimits, concurrencyLimits } = fixture.store;
    const made = await tagLimits.create({ tag: "db", concurrency_limit: 1 });
    expect(made).toMatchObject({ isNew: true, row: { tag: "db", active_slots: [] } });
    expect(await concurrencyLimits.read("tag:db")).toMatchObject({ id: made.row.id, limit: 1 });
    expect(await tagLimits.acquire({ names: ["db", "free"], task_run_id: taskRun })).toMatchObject({
      kind: "acquired",
    });
    expect(await tagLimits.acquire({ names: ["db"], task_run_id: otherRun })).toMatchObject({
      kind: "denied",
    });
    expect((await tagLimits.readByTag("db"))?.active_slots).toEqual([taskRun]);
    await tagLimits.release({ names: ["db"], task_run_id: taskRun });
    expect(await tagLimits.acquire({ names: ["db"], task_run_id: otherRun })).toMatchObject({
      kind: "acquired",
    });
    expect(await tagLimits.create({ tag: "db", concurrency_limit: 0 })).toMatchObject({ isNew: false });
    expect(await tagLimits.acquire({ names: ["db"], task_run_id: taskRun })).toMatchObject({
      kind: "impossible",
    });
  });

  test("a reset frees the slots or assigns them to the given runs", async () => {
    const { tagLimits, concurrencyLimits } = fixture.store;
    await tagLimits.create({ tag: "db", concurrency_limit: 2 });
    await tagLimits.acquire({ names: ["db"], task_run_id: taskRun });
    await tagLimits.reset({ tag: "db", slot_override: [otherRun] });
    expect((await tagLimits.filter({ limit: 9, offset: 0 }))[0]?.active_slots).toEqual([otherRun]);
    await tagLimits.reset({ tag: "db", slot_override: null });
    expect((await concurrencyLimits.read("tag:db"))?.active_slots).toBe(0);
    expect(await tagLimits.reset({ tag: "none", slot_override: null })).toBe(false);
    expect(await tagLimits.deleteByTag("db")).toBe(true);
    expect(await tagLimits.readByTag("db")).toBeUndefined();
  });
}
