import { expect, test } from "vitest";
import { flows } from "../../schema/flows.ts";
import { variables } from "../../schema/variables.ts";
import {
  eventually,
  type Fixture,
  freshStore,
  type OpenStore,
  recordChanges,
} from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf, taskEvent } from "../../testing/store-writer.ts";
import { isUniqueViolation } from "../engine/errors.ts";

const newFlow = (name: string) => flows.create.input.parse({ name });
const newVariable = (name: string) => variables.create.input.parse({ name, value: 1 });

export function transactionContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("a commit is visible to the next read", async () => {
    const { store } = fixture;
    for (let n = 1; n <= 20; n += 1) {
      await store.flows.create(newFlow(`flow-${n}`));
      expect(await store.flows.count({})).toBe(n);
    }
  });

  test("a transaction reads its own writes, and others see them only when it commits", async () => {
    const { store } = fixture;
    const outside = await store.transaction(async (tx) => {
      await tx.flows.create(newFlow("etl"));
      expect(await tx.flows.count({})).toBe(1);
      return "done";
    });
    expect(outside).toBe("done");
    expect(await store.flows.count({})).toBe(1);
  });

  test("one that throws leaves nothing behind and publishes nothing", async () => {
    const { store } = fixture;
    const { names: reported } = recordChanges(store);
    const events: unknown[] = [];
    store.onEvents((some) => events.push(...some));
    const before = store.seq();
    const failing = store.transaction(async (tx) => {
      await tx.flows.create(newFlow("etl"));
      await tx.flows.count({});
      await tx.variables.create(newVariable("one"));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await store.variables.create(newVariable("two"));
    await eventually(reported).toEqual(["variables created"]);
    await eventually(() => events.length).toBe(1);
    expect(store.seq()).toBe(before + 1);
    expect(await store.flows.count({})).toBe(0);
  });

  test("transactions do not interleave", async () => {
    const { store } = fixture;
    await store.concurrencyLimits.create({ name: "n", limit: 1000 });
    const add = () =>
      store.transaction(async (tx) => {
        const limit = await tx.concurrencyLimits.read("n");
        await new Promise(setImmediate);
        await tx.concurrencyLimits.update("n", { active_slots: (limit?.active_slots ?? 0) + 1 });
      });
    await Promise.all(Array.from({ length: 25 }, add));
    expect((await store.concurrencyLimits.read("n"))?.active_slots).toBe(25);
  });

  test("transactions of one group commit are independent: one that throws does not affect the others", async () => {
    const { store } = fixture;
    const { changes } = recordChanges(store, (noun) => noun === "variables");
    const before = store.seq();
    const write = (n: number) =>
      store.transaction(async (tx) => {
        await tx.variables.create(newVariable(`n${n}`));
        // Including one that throws after its writes reached the database, and one that throws before.
        if (n % 3 === 0) await tx.variables.readByName(`n${n}`);
        if (n % 3 === 0 || n % 5 === 0) throw new Error(`no ${n}`);
        return store.seq();
      });
    const settled = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => write(n)));
    const kept = settled.flatMap(({ status }, n) => (status === "fulfilled" ? [`n${n}`] : []));
    expect(kept).toHaveLength(21);
    for (const name of kept) expect(await store.variables.readByName(name)).toMatchObject({ name });
    expect(await store.variables.count({})).toBe(kept.length);
    expect(store.seq()).toBe(before + kept.length);
    await eventually(() => changes.map(({ row }) => row?.name)).toEqual(kept);
  });

  misuse(fixture);
  reads(fixture);
}

function reads(fixture: Fixture): void {
  test("concurrent calls are answered separately, including writes in between", async () => {
    const { store } = fixture;
    await store.variables.create(newVariable("one"));
    const [before, made, after, missing] = await store.transaction((tx) =>
      Promise.all([
        tx.flows.count({}),
        tx.flows.create(newFlow("etl")),
        tx.variables.readByName("one"),
        tx.variables.readByName("two"),
      ]),
    );
    expect([before, made.isNew, after?.name, missing]).toEqual([0, true, "one", undefined]);
    expect(await store.flows.count({})).toBe(1);
  });
}

function misuse(fixture: Fixture): void {
  test("inside a transaction the store's own verbs are refused instead of deadlocking", async () => {
    const { store } = fixture;
    const nested = store.transaction(() => store.flows.create(newFlow("etl")));
    await expect(nested).rejects.toThrow("only the nouns of the transaction");
    const reading = store.transaction(() => store.flows.count({}));
    await expect(reading).rejects.toThrow("only the nouns of the transaction");
  });

  test("a finished transaction is refused", async () => {
    const { store } = fixture;
    const kept = await store.transaction(async (tx) => ({ tx }));
    await expect(kept.tx.flows.create(newFlow("etl"))).rejects.toThrow("has ended");
  });

  test("a failing statement ends the transaction, also when the failure is swallowed", async () => {
    const { store, clock } = fixture;
    const run = await makeRun(fixture, await makeFlow(fixture));
    const state = stateOf(clock, "RUNNING");
    const failing = store.transaction(async (tx) => {
      await tx.flowRuns.writeState(run, {}, state);
      // The same id once more: refused by the database at the next read.
      await tx.flowRuns.writeState(run, {}, state);
      await tx.flowRuns.read(run.id).catch(() => undefined);
      await tx.flows.create(newFlow("never"));
    });
    expect(isUniqueViolation(await failing.catch((error: unknown) => error))).toBe(true);
    expect((await store.flowRuns.read(run.id))?.state_type).toBe("PENDING");
    expect(await store.flows.readByName("never")).toBeUndefined();
    expect(await store.flows.create(newFlow("fine"))).toMatchObject({ isNew: true });
  });
}

export function changeContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("the database reports its size", async () => {
    expect(await fixture.store.bytes()).toBeGreaterThan(1000);
  });
  publication(fixture);
  resumption(fixture);
}

function publication(fixture: Fixture): void {
  test("a commit publishes whole rows in the order of seq, one change per row", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    const { changes } = recordChanges(store, (noun) => noun === "flow-runs");
    const run = await makeRun(fixture, flow, {}, stateOf(clock, "RUNNING"));
    await eventually(() => changes.length).toBe(1);
    expect(changes[0]).toMatchObject({
      seq: store.seq(),
      noun: "flow-runs",
      kind: "created",
      id: run.id,
      flow_run_id: run.id,
    });
    expect(changes[0]?.row).toEqual(await store.flowRuns.read(run.id));
  });

  test("subscribers get wanted changes and nothing after unsubscribing", async () => {
    const { store } = fixture;
    const got: string[] = [];
    const stop = store.subscribe({
      wants: (noun) => noun === "variables",
      onChanges: (changes) => got.push(...changes.map((change) => change.noun)),
    });
    await store.flows.create(newFlow("etl"));
    await store.variables.create(newVariable("one"));
    await eventually(() => got).toEqual(["variables"]);
    stop();
    await store.variables.create(newVariable("two"));
    await store.flows.count({});
    expect(got).toEqual(["variables"]);
  });

  test("the events of a commit are published once, with the time of receipt", async () => {
    const { store, clock } = fixture;
    const reported: string[] = [];
    store.onEvents((events) => reported.push(...events.map(({ event, received }) => `${event} ${received}`)));
    const event = taskEvent({
      taskRunId: "01900000-0000-7000-8000-000000000001",
      type: "RUNNING",
      occurred: clock.time(),
    });
    await store.flows.create(newFlow("etl"));
    await store.ingest([event]);
    await store.ingest([event]);
    await eventually(() => reported).toEqual([
      `prefect.flow.created ${clock.time()}`,
      `prefect.task-run.Running ${clock.time()}`,
    ]);
  });
}

function resumption(fixture: Fixture): void {
  test("missed changes are returned, the newest per row, with deletions", async () => {
    const { store } = fixture;
    const flow = await makeFlow(fixture);
    const since = store.seq();
    const run = await makeRun(fixture, flow);
    const gone = await makeRun(fixture, flow);
    await store.flowRuns.update({ id: run.id, name: "renamed" });
    await store.flowRuns.delete(gone.id);
    const changes = await store.changesSince(since);
    expect(changes?.map(({ id, kind, row }) => [id, kind, row?.name])).toEqual([
      [run.id, "created", "renamed"],
      [gone.id, "deleted", undefined],
    ]);
    expect(changes?.at(-1)?.seq).toBe(store.seq());
    expect(await store.changesSince(store.seq())).toEqual([]);
    expect(await store.changesSince(since, (_, flowRunId) => flowRunId === run.id)).toHaveLength(1);
  });

  test("an unknown seq returns undefined", async () => {
    const { store } = fixture;
    await makeFlow(fixture);
    expect(await store.changesSince(store.seq() + 1)).toBeUndefined();
  });
}
