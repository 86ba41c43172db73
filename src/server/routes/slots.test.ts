import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { concurrencyLimits, tagLimits } from "../../schema/concurrency-limits.ts";
import { deployments } from "../../schema/deployments.ts";
import { events } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import { slots } from "../../schema/waiting.ts";
import { eventually, recordChanges } from "../../testing/store-fixture.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { wakeNextRuns } from "../services/next-runs.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
let clock = start;
let world: World;
beforeEach(async () => {
  clock = start;
  world = await createWorld({ now: () => clock });
});
afterEach(() => world.close());

const limit = (name: string, most: number, more: object = {}) =>
  world.call(concurrencyLimits.create, { name, limit: most, ...more });
const take = (name: string, id: string, type: "task_run" | "flow_run" = "task_run") =>
  world.call(concurrencyLimits.incrementWithLease, { names: [name], slots: 1, holder: { type, id } });
const board = async (name: string) => {
  const [found] = await world.call(slots.boards, { names: [name] });
  if (!found) throw new Error(`no board ${name}`);
  return found;
};

/** A deployment that lets one run at a time, and runs of it that are claimed one after the other. */
async function deployed(count: number, more: object = {}): Promise<FlowRun[]> {
  const flow = await world.flow();
  const { id } = await world.call(deployments.create, {
    name: "d",
    flow_id: flow.id,
    concurrency_limit: 1,
    ...more,
  });
  const runs: FlowRun[] = [];
  for (let made = 0; made < count; made += 1) {
    const run = await world.call(deployments.createFlowRun, { id, name: `run-${made}` });
    runs.push(run);
    await claim(run.id);
    clock += 1000;
  }
  return runs;
}
const claim = (id: string) => world.call(flowRuns.setState, { id, state: { type: "PENDING" } });
const ours = { "user-agent": "praetor/1.0.0" };
const begin = (id: string) =>
  world.client.call(flowRuns.setState, { id, state: { type: "RUNNING" } }, { headers: ours });
const stateOf = async (id: string) => (await world.call(flowRuns.read, { id })).state_name;

describe("a slot board", () => {
  test("names the holders of slots and those who wait for them, with their states", async () => {
    const flowRun = await world.flowRun({ states: ["RUNNING"] });
    const task = await world.taskRun({ flowRun, name: "load-1" });
    const other = await world.taskRun({ flowRun, name: "load-2" });
    await limit("db", 2, { slot_decay_per_second: 0 });
    const { lease_id } = await take("db", task.id);
    const expires = timestamp(clock + 300_000);
    clock += 1;
    await take("db", flowRun.id, "flow_run");
    await expect(take("db", other.id)).rejects.toMatchObject({ code: "locked" });
    const { leases, waiters, used } = await board("db");
    expect(used).toBe(2);
    expect(leases).toMatchObject([
      {
        id: lease_id,
        slots: 1,
        expires,
        holder: { kind: "task-run", name: "load-1", flow_run_id: flowRun.id, state_type: "RUNNING" },
      },
      { holder: { kind: "flow-run", id: flowRun.id, state_name: "Running" } },
    ]);
    expect(waiters).toMatchObject([{ run: { id: other.id, name: "load-2" }, since: timestamp(clock) }]);
  });

  test("is empty after a reset: former holders release nothing later", async () => {
    const [first, second] = [newId(clock), newId(clock)];
    await limit("db", 2);
    const { lease_id } = await take("db", first);
    await world.call(concurrencyLimits.update, { id_or_name: "db", active_slots: 0 });
    expect(await board("db")).toMatchObject({ used: 0, leases: [] });
    await take("db", second);
    await world.call(concurrencyLimits.decrementWithLease, { lease_id });
    expect(await board("db")).toMatchObject({ used: 1, leases: [{ holder: { id: second } }] });
  });

  test("counts decay in, and tells a holder that is not known by its id", async () => {
    const id = newId();
    await limit("rate", 5, { slot_decay_per_second: 1 });
    await take("rate", id);
    await take("rate", id);
    expect(await board("rate")).toMatchObject({ used: 2, leases: [{ holder: { id, name: id } }, {}] });
    clock += 1500;
    expect(await board("rate")).toMatchObject({ used: 1 });
  });

  test("forgets those who were told to come again and did not", async () => {
    await limit("db", 1);
    await take("db", newId());
    await expect(take("db", newId())).rejects.toMatchObject({ code: "locked" });
    clock += 30_000;
    expect((await board("db")).waiters).toEqual([]);
  });

  test("of a deployment's limit has its runs: the one that holds it, and those that wait, the first one first", async () => {
    const [first, second, third] = await deployed(3);
    const name = `deployment:${first?.deployment_id}`;
    const firstDenied = expect.stringMatching(/^2026-03-01T12:00:01/);
    expect(await board(name)).toMatchObject({
      used: 1,
      leases: [{ holder: { id: first?.id, state_name: "Pending" } }],
      waiters: [
        { run: { id: second?.id, state_name: "AwaitingConcurrencySlot" }, since: firstDenied },
        { run: { id: third?.id } },
      ],
    });
    clock += 31_000;
    await claim(second?.id ?? "");
    expect(await board(name)).toMatchObject({
      waiters: [{ run: { id: second?.id }, since: firstDenied }, { run: { id: third?.id } }],
    });
  });
});

describe("a run that waits for a slot of its deployment", () => {
  test("tries again as soon as there is one, the first one first and no more than there is room for", async () => {
    const [first, second, third, fourth] = await deployed(4);
    const due = async () => {
      await wakeNextRuns(world.store, () => clock);
      const rows = await world.call(flowRuns.filter, {
        flow_runs: { next_scheduled_start_time: { before_: timestamp(clock) } },
        sort: "NEXT_SCHEDULED_START_TIME_ASC",
      });
      return rows.map(({ id }) => id);
    };
    expect(await due()).toEqual([]);
    await world.call(flowRuns.setState, { id: first?.id ?? "", state: { type: "COMPLETED" } });
    expect(await due()).toEqual([second?.id]);
    expect(await due()).toEqual([second?.id]);
    const id_or_name = `deployment:${first?.deployment_id}`;
    await world.call(concurrencyLimits.update, { id_or_name, limit: 2 });
    clock += 10;
    expect(await due()).toEqual([second?.id, third?.id]);
    await claim(third?.id ?? "");
    await claim(second?.id ?? "");
    expect(await stateOf(second?.id ?? "")).toBe("Pending");
    expect(await due()).toEqual([]);
    expect((await board(id_or_name)).waiters).toMatchObject([{ run: { id: fourth?.id } }]);
  });
});

describe("a slot that a user releases", () => {
  test("is free, is reported, and cannot be released again", async () => {
    const flowRun = await world.flowRun({ states: ["RUNNING"] });
    const made = await limit("db", 1);
    const { lease_id } = await take("db", flowRun.id, "flow_run");
    await world.call(slots.release, { lease_id });
    expect(await board("db")).toMatchObject({ used: 0, leases: [] });
    const { events: reported } = await world.call(events.filter, {
      filter: { event: { name: ["praetor.slot.released"] } },
    });
    expect(reported).toMatchObject([
      {
        resource: { "prefect.resource.id": `prefect.concurrency-limit.${made.id}` },
        related: [
          { "prefect.resource.id": `prefect.flow-run.${flowRun.id}`, "prefect.resource.role": "holder" },
        ],
        payload: { lease_id, slots: 1, limits: ["db"], holder: { type: "flow_run", id: flowRun.id } },
      },
    ]);
    await expect(world.call(slots.release, { lease_id })).rejects.toMatchObject({ code: "not-found" });
    await expect(world.call(concurrencyLimits.renew, { lease_id })).rejects.toMatchObject({ code: "gone" });
  });
});

describe("slots that are freed all at once", () => {
  const released = async () => {
    const filter = { event: { name: ["praetor.slot.released"] } };
    const { events: reported } = await world.call(events.filter, { filter });
    return reported.map(({ payload }) => Object(payload.holder).id);
  };

  test("by a reset of their tag are reported, but for those that stay with their holder", async () => {
    await world.call(tagLimits.create, { tag: "db", concurrency_limit: 3 });
    const [a, b] = [newId(), newId()];
    for (const task_run_id of [a, b]) await world.call(tagLimits.increment, { names: ["db"], task_run_id });
    await world.call(tagLimits.reset, { tag: "db", slot_override: [b] });
    expect(await released()).toEqual([a]);
  });

  test("by setting their limit to none taken are told of", async () => {
    await limit("db", 2);
    const holders = [newId(), newId()];
    for (const id of holders) await take("db", id);
    await world.call(concurrencyLimits.update, { id_or_name: "db", active_slots: 0 });
    expect((await released()).sort()).toEqual(holders.sort());
    await limit("other", 2);
    const { lease_id } = await take("other", newId());
    await world.call(concurrencyLimits.decrementWithLease, { lease_id });
    expect(await released()).toHaveLength(2);
  });
});

describe("a limit is reported as changed", () => {
  test("when slots are taken, kept on, given back and run out", async () => {
    const { names: reported, changes } = recordChanges(world.store, (noun) => noun === "concurrency-limits");
    const next = async (work: () => Promise<unknown>) => {
      changes.length = 0;
      await work();
      await eventually(reported).toEqual(["concurrency-limits updated"]);
    };
    await limit("db", 1);
    await eventually(reported).toEqual(["concurrency-limits created"]);
    let lease_id = "";
    await next(async () => {
      lease_id = (await take("db", newId())).lease_id;
    });
    await next(() => world.call(concurrencyLimits.renew, { lease_id, lease_duration: 60 }));
    clock += 61_000;
    await next(() => world.store.concurrencyLimits.expireLeases());
    await next(async () => {
      lease_id = (await take("db", newId())).lease_id;
    });
    await next(() => world.call(concurrencyLimits.decrementWithLease, { lease_id }));
  });
});

describe("the slot of a holder that died comes free when its lease ends", () => {
  test("on a global limit and on a tag", async () => {
    await limit("db", 1);
    await world.call(tagLimits.create, { tag: "gpu", concurrency_limit: 1 });
    await take("db", newId());
    await take("tag:gpu", newId());
    clock += 301_000;
    await world.store.concurrencyLimits.expireLeases();
    expect([(await board("db")).used, (await board("tag:gpu")).used]).toEqual([0, 0]);
    expect((await world.call(tagLimits.readByTag, { tag: "gpu" })).active_slots).toEqual([]);
  });

  test("also when the limit was switched off meanwhile", async () => {
    await limit("db", 1);
    await take("db", newId());
    await world.call(concurrencyLimits.update, { id_or_name: "db", active: false });
    clock += 301_000;
    await world.store.concurrencyLimits.expireLeases();
    expect(await board("db")).toMatchObject({ used: 0, leases: [] });
  });

  test("of a deployment, and the run that waits gets it", async () => {
    const options = { collision_strategy: "ENQUEUE", grace_period_seconds: 60 } as const;
    const [first, second] = await deployed(2, { concurrency_options: options });
    await begin(first?.id ?? "");
    clock += 61_000;
    await claim(second?.id ?? "");
    expect(await stateOf(second?.id ?? "")).toBe("AwaitingConcurrencySlot");
    await world.store.concurrencyLimits.expireLeases();
    clock += 30_000;
    await claim(second?.id ?? "");
    expect(await stateOf(second?.id ?? "")).toBe("Pending");
    await world.call(flowRuns.setState, { id: first?.id ?? "", state: { type: "CRASHED" }, force: true });
    expect(await board(`deployment:${first?.deployment_id}`)).toMatchObject({ used: 1 });
  });
});
