import { pino } from "pino";
import { expect, test } from "vitest";
import { automations } from "../../schema/automations.ts";
import { EventCreate } from "../../schema/events.ts";
import { newId } from "../../schema/ids.ts";
import { openedBuckets } from "../../server/automations/buckets.ts";
import { Triggers } from "../../server/automations/triggers.ts";
import { type Fixture, freshStore, type OpenStore } from "../../testing/store-fixture.ts";
import type { AutomationTask } from "../records/automation-rows.ts";

export function automationContract(open: OpenStore): void {
  const fixture = freshStore(open);
  bookkeeping(fixture);
  buckets(fixture);
  tasks(fixture);
  firings(fixture);
  windows(fixture);
}

const sold = { posture: "Reactive", expect: ["sold"] };

async function make({ store, clock }: Fixture, trigger: object, more: object = {}) {
  const actions = [{ type: "do-nothing" }];
  const input = automations.create.input.parse({ name: "a", trigger, actions, ...more });
  return store.automations.create(input, openedBuckets(input.trigger, clock.now()));
}

const toldAt = ({ clock }: Fixture, event: string, id = "shop.1", ms = 0) =>
  EventCreate.parse({
    ...{ id: newId(clock.now() + ms), occurred: clock.time(ms), event },
    resource: { "prefect.resource.id": id },
  });
const report = (fixture: Fixture, ...names: string[]) =>
  fixture.store.ingest(names.map((name) => toldAt(fixture, name)));

/** An independent trigger evaluator. */
const replicaOf = ({ store, clock }: Fixture) =>
  new Triggers({ store, now: clock.now, log: pino({ level: "silent" }), onFired: () => undefined });

/** The pending actions: a task for each firing. */
const toDo = ({ store, clock }: Fixture): Promise<AutomationTask[]> =>
  store.automationWork.dueTasks(clock.time(), 500);
const fired = async (fixture: Fixture) => (await toDo(fixture)).length;

function bookkeeping(fixture: Fixture): void {
  test("each change of an automation is counted, and an enabled one evaluates only later events", async () => {
    const { store } = fixture;
    const { revision } = await store.automationWork.progress();
    await report(fixture, "sold", "sold");
    const { last } = await store.automationWork.progress();
    const { id } = await make(fixture, sold);
    const received = async () =>
      (await store.automationWork.enabled()).map((one) => [one.id, one.heard_from]);
    expect(await received()).toEqual([[id, last]]);
    await store.automations.setEnabled({ id, enabled: false }, []);
    expect(await received()).toEqual([]);
    await store.automations.setEnabled({ id, enabled: false }, []);
    await report(fixture, "sold");
    const later = (await store.automationWork.progress()).last;
    expect(later).toBeGreaterThan(last);
    await store.automations.setEnabled({ id, enabled: true }, []);
    expect(await received()).toEqual([[id, later]]);
    await store.automations.delete(id);
    expect((await store.automationWork.progress()).revision).toBe(revision + 4);
  });

  test("events are found in order by names, name prefixes and resource prefixes", async () => {
    const { store } = fixture;
    const reported = ["a.b", "a.c", "A.b", "x_y", "xzy"].map((name, at) =>
      toldAt(fixture, name, `shop.${at}`, at),
    );
    await store.ingest(reported);
    const { last } = await store.automationWork.progress();
    const nothing = { names: [], prefixes: [], resources: [], isAll: false };
    const found = async (more: object, limit = 50) => {
      const sought = { after: 0, until: last, limit, ...nothing, ...more };
      return (await store.automationWork.events(sought)).map(({ event }) => event.event);
    };
    expect(await found({})).toEqual([]);
    expect(await found({ names: ["a.c", "xzy"] })).toEqual(["a.c", "xzy"]);
    expect(await found({ prefixes: ["a."] })).toEqual(["a.b", "a.c"]);
    expect(await found({ prefixes: ["x_"] })).toEqual(["x_y"]);
    expect(await found({ names: ["a.b"], resources: ["shop.4"] })).toEqual(["a.b", "xzy"]);
    expect(await found({ isAll: true }, 2)).toEqual(["a.b", "a.c"]);
    expect(await found({ isAll: true, until: last - 4 })).toEqual(["a.b"]);
    const heads = { after: 0, until: last, limit: 2, ...nothing, names: ["a.b", "a.c", "xzy"] };
    const latest = await store.automationWork.eventHeads(heads);
    expect(latest.map(({ event }) => [event.event, event.payload])).toEqual([
      ["xzy", {}],
      ["a.c", {}],
    ]);
    const [first] = await store.automationWork.events({ ...heads, limit: 1 });
    expect(await store.automationWork.firstSince(first?.event.occurred ?? "")).toBeLessThanOrEqual(
      first?.seq ?? 0,
    );
    expect(await store.automationWork.firstSince("9999-01-01T00:00:00.000000Z")).toBeUndefined();
  });
}

function buckets(fixture: Fixture): void {
  const bucketOf = (automation_id: string, id: string, due: string | null) => {
    const [trigger_id = ""] = id.split(" ");
    return { id, automation_id, trigger_id, due, bucket: '{"kind":"collection","firings":[]}' };
  };
  const keep = (...kept: ReturnType<typeof bucketOf>[]) =>
    fixture.store.transaction(async (tx) => {
      for (const bucket of kept) tx.automationWork.keepBucket(bucket);
    });

  test("are stored by ids of any length, and found once due", async () => {
    const { store, clock } = fixture;
    const { id } = await make(fixture, sold);
    const long = bucketOf(id, `t ${JSON.stringify(["ä".repeat(5000)])}`, clock.time(2000));
    const [soon, never] = [bucketOf(id, "soon", clock.time(1000)), bucketOf(id, "never", null)];
    await keep(long, soon, never);
    expect(await store.automationWork.buckets([long.id, "none"])).toEqual([long]);
    expect(await store.automationWork.dueBuckets(clock.time(999), 9)).toEqual([]);
    expect(await store.automationWork.dueBuckets(clock.time(2000), 9)).toEqual([soon, long]);
    expect(await store.automationWork.dueBuckets(clock.time(2000), 1)).toEqual([soon]);
    expect(await store.automationWork.next()).toEqual({ bucket: clock.time(1000), task: null });
    await keep({ ...soon, due: clock.time(3000), bucket: "{}" });
    expect(await store.automationWork.buckets(["soon"])).toMatchObject([
      { due: clock.time(3000), bucket: "{}" },
    ]);
    await store.transaction(async (tx) => tx.automationWork.dropBucket(long.id));
    expect(await store.automationWork.next()).toEqual({ bucket: clock.time(3000), task: null });
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ["paused", (id) => fixture.store.automations.setEnabled({ id, enabled: false }, [])],
    ["deleted", (id) => fixture.store.automations.delete(id)],
    [
      "replaced",
      (id) => {
        const { owner_resource: _, ...next } = automations.create.input.parse({
          ...{ name: "b", trigger: sold, actions: [] },
        });
        return fixture.store.automations.update({ ...next, id }, []);
      },
    ],
  ])("go when their automation is %s, and those of others stay", async (_, change) => {
    const { store, clock } = fixture;
    const [one, other] = [await make(fixture, sold), await make(fixture, sold)];
    await keep(bucketOf(one.id, "mine", clock.time()), bucketOf(other.id, "theirs", clock.time()));
    await change(one.id);
    expect((await store.automationWork.dueBuckets(clock.time(), 9)).map(({ id }) => id)).toEqual(["theirs"]);
  });

  test("of a deleted automation are refused, and their transaction is rolled back", async () => {
    const { store } = fixture;
    const { id } = await make(fixture, sold);
    await store.automations.delete(id);
    const { seq } = await store.automationWork.progress();
    const late = store.transaction(async (tx) => {
      tx.automationWork.moveTo(seq + 7);
      tx.automationWork.keepBucket(bucketOf(id, "late", null));
    });
    await expect(late).rejects.toThrow();
    expect(await store.automationWork.progress()).toMatchObject({ seq });
    expect(await store.automationWork.buckets(["late"])).toEqual([]);
  });
}

function tasks(fixture: Fixture): void {
  /** Reserves the task for a minute, if it is due; returns how often it was begun before. */
  const take = (id: string) =>
    fixture.store.transaction(async (tx) => {
      const task = await tx.automationWork.readTask(id);
      if (!task || task.due > tx.now) return undefined;
      tx.automationWork.postpone(id, fixture.clock.time(60_000));
      return task.attempts;
    });
  const takenBy = async (count: number, id: string) => {
    const taken = await Promise.all(Array.from({ length: count }, () => take(id)));
    return taken.filter((attempts) => attempts !== undefined);
  };
  const task = async () => {
    await make(fixture, sold);
    await report(fixture, "sold");
    await replicaOf(fixture).evaluate();
    const [made] = await toDo(fixture);
    if (!made) throw new Error("Expected a task of the automation that fired.");
    return made;
  };

  test("are reserved by one of many processes, and by another one when that is lost", async () => {
    const { store, clock } = fixture;
    const { id } = await task();
    expect(await takenBy(8, id)).toEqual([0]);
    expect(await fired(fixture)).toBe(0);
    expect(await store.automationWork.next()).toEqual({ bucket: null, task: clock.time(60_000) });
    clock.advance(59_999);
    expect(await takenBy(3, id)).toEqual([]);
    clock.advance(1);
    expect(await takenBy(8, id)).toEqual([1]);
  });

  test("that are postponed count no attempt, and are deleted when done", async () => {
    const { store, clock } = fixture;
    const made = await task();
    await store.transaction(async (tx) => tx.automationWork.putOff(made.id, clock.time(5000)));
    expect(await store.automationWork.readTask(made.id)).toEqual({ ...made, due: clock.time(5000) });
    await store.transaction(async (tx) => tx.automationWork.dropTask(made.id));
    expect(await store.automationWork.readTask(made.id)).toBeUndefined();
  });

  test("survive their automation, as it was when it fired", async () => {
    const made = await task();
    await fixture.store.automations.delete(made.automation_id);
    const [kept] = await toDo(fixture);
    expect(kept?.context.automation).toMatchObject({ id: made.automation_id, name: "a" });
  });
}

function firings(fixture: Fixture): void {
  test("happen once per event with concurrent replicas", async () => {
    await make(fixture, sold);
    const replicas = [1, 2, 3].map(() => replicaOf(fixture));
    const looking: Promise<void>[] = [];
    for (let at = 0; at < 20; at += 1) {
      await report(fixture, "sold", "other");
      looking.push(...replicas.map((replica) => replica.evaluate()));
    }
    await Promise.all(looking);
    const about = (await toDo(fixture)).map(({ context }) => context.event?.id);
    expect([about.length, new Set(about).size]).toEqual([20, 20]);
  });

  test("happen once when the counts of all replicas reach the threshold", async () => {
    await make(fixture, { ...sold, threshold: 5 });
    const replicas = [1, 2, 3].map(() => replicaOf(fixture));
    for (let at = 0; at < 10; at += 1) {
      await report(fixture, "sold");
      await replicas[at % 3]?.evaluate();
      expect(await fired(fixture)).toBe(Math.floor((at + 1) / 5));
    }
  });

  test("of compounds and sequences combine events seen by different replicas", async () => {
    const { clock } = fixture;
    const triggers = [sold, { posture: "Reactive", expect: ["paid"] }];
    const both = await make(fixture, { type: "compound", require: "all", within: 60, triggers });
    const inOrder = await make(fixture, { type: "sequence", within: 60, triggers });
    const names = async () => (await toDo(fixture)).map(({ automation_id }) => automation_id).sort();
    const see = async (name: string) => {
      clock.advance(1000);
      await report(fixture, name);
      await replicaOf(fixture).evaluate();
    };
    await see("paid");
    await see("sold");
    expect(await names()).toEqual([both.id]);
    await see("paid");
    expect(await names()).toEqual([both.id, inOrder.id].sort());
    clock.advance(61_000);
    await see("sold");
    expect(await names()).toHaveLength(2);
  });

  test("do not come from an automation that was paused or deleted after the event", async () => {
    const { store } = fixture;
    const [paused, deleted, kept] = [
      await make(fixture, sold),
      await make(fixture, sold),
      await make(fixture, sold),
    ];
    const replica = replicaOf(fixture);
    await replica.evaluate();
    await report(fixture, "sold");
    await store.automations.setEnabled({ id: paused.id, enabled: false }, []);
    await store.automations.delete(deleted.id);
    await replica.evaluate();
    expect((await toDo(fixture)).map(({ automation_id }) => automation_id)).toEqual([kept.id]);
  });
}

function windows(fixture: Fixture): void {
  const missing = { posture: "Proactive", expect: ["beat"], within: 60 };
  const pass = async (seconds: number) => {
    fixture.clock.advance(seconds * 1000);
    await Promise.all([1, 2].map(() => replicaOf(fixture).evaluate()));
  };

  test("without events fire at their end, once each, at any replica", async () => {
    await make(fixture, missing);
    await pass(60);
    expect(await fired(fixture)).toBe(0);
    await pass(3);
    expect(await fired(fixture)).toBe(1);
    await report(fixture, "beat");
    await pass(60);
    expect(await fired(fixture)).toBe(1);
    await pass(60);
    expect(await fired(fixture)).toBe(2);
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ["paused", (id) => fixture.store.automations.setEnabled({ id, enabled: false }, [])],
    ["deleted", (id) => fixture.store.automations.delete(id)],
  ])("that are open when their automation is %s do not fire", async (_, change) => {
    const { store, clock } = fixture;
    const { id } = await make(fixture, missing);
    const replica = replicaOf(fixture);
    await replica.evaluate();
    expect((await store.automationWork.next()).bucket).toBe(clock.time(60_000));
    await change(id);
    clock.advance(120_000);
    await replica.evaluate();
    await pass(60);
    expect(await fired(fixture)).toBe(0);
    expect(await store.automationWork.next()).toEqual({ bucket: null, task: null });
  });
}
