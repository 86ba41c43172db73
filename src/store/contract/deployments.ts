import { expect, test } from "vitest";
import { deploymentSchedules } from "../../schema/deployment-schedules.ts";
import { Deployment, deployments } from "../../schema/deployments.ts";
import { type Flow, flows } from "../../schema/flows.ts";
import type { Input } from "../../schema/route.ts";
import { recentRuns } from "../../schema/waiting.ts";
import { workPools } from "../../schema/work-pools.ts";
import {
  eventually,
  type Fixture,
  freshStore,
  type OpenStore,
  recordChanges,
} from "../../testing/store-fixture.ts";
import { makeFlow, makeRun, stateOf } from "../../testing/store-writer.ts";
import type { PlannedRuns } from "../work/planned-runs.ts";

const unknown = "00000000-0000-4000-8000-000000000000";

export function deploymentContract(open: OpenStore): void {
  const fixture = freshStore(open);
  rows(fixture);
  orders(fixture);
  changes(fixture);
  plans(fixture);
  recent(fixture);
  schedules(fixture);
  schedulePauses(fixture);
}

type NewDeployment = Partial<Input<typeof deployments.create>>;
async function deploy(fixture: Fixture, input: NewDeployment = {}, flow?: Flow): Promise<Deployment> {
  const { id: flow_id } = flow ?? (await makeFlow(fixture));
  const parsed = deployments.create.input.parse({ name: "nightly", flow_id, ...input });
  return (await fixture.store.deployments.create(parsed)).row;
}
const daily = { schedule: { cron: "0 9 * * *" } };
const update = (fixture: Fixture, id: string, input: object) =>
  fixture.store.deployments.update(deployments.update.input.parse({ id, ...input }));

function orders(fixture: Fixture): void {
  test("flows and deployments are sorted by their last run, their next run and their status", async () => {
    const { store, clock } = fixture;
    const made: { flow: Flow; deployment: Deployment }[] = [];
    for (const name of ["a", "b", "c"]) {
      const flow = await makeFlow(fixture, { name });
      made.push({ flow, deployment: await deploy(fixture, { name, paused: name === "b" }, flow) });
    }
    const run = (at: number, type: "COMPLETED" | "SCHEDULED", time: string) => {
      const { flow, deployment } = made[at] ?? {};
      if (!flow || !deployment) throw new Error("expected a deployment");
      const changes =
        type === "SCHEDULED"
          ? { expected_start_time: time, next_scheduled_start_time: time }
          : { expected_start_time: time, start_time: time };
      return makeRun(fixture, flow, { deployment_id: deployment.id }, stateOf(clock, type), changes);
    };
    await run(1, "COMPLETED", clock.time(-1000));
    await run(2, "COMPLETED", clock.time(-2000));
    await run(0, "SCHEDULED", clock.time(9000));
    await run(2, "SCHEDULED", clock.time(5000));
    await store.deployments.markPolled({ ids: [made[0]?.deployment.id ?? ""] });
    const ofFlows = async (sort: string) =>
      (await store.flows.filter(flows.filter.input.parse({ sort }))).map(({ name }) => name).join("");
    const ofDeployments = async (sort: string) =>
      (await store.deployments.filter(deployments.filter.input.parse({ sort })))
        .map(({ name }) => name)
        .join("");
    expect(await ofFlows("LAST_RUN_DESC")).toBe("bca");
    expect(await ofFlows("NEXT_RUN_ASC")).toBe("cab");
    expect(await ofDeployments("LAST_RUN_DESC")).toBe("bca");
    expect(await ofDeployments("NEXT_RUN_ASC")).toBe("cab");
    expect(await ofDeployments("STATUS_ASC")).toBe("cab");
  });
}

function rows(fixture: Fixture): void {
  test("a deployment reads back as created, by id, by names and in lists", async () => {
    const { store } = fixture;
    const input = { schedules: [daily], concurrency_limit: 2, tags: ["a"], parameters: { a: [1] } };
    const made = await deploy(fixture, input);
    expect(Deployment.parse(made)).toEqual(made);
    expect(made).toMatchObject({
      tags: ["a"],
      parameters: { a: [1] },
      global_concurrency_limit: { limit: 2 },
    });
    expect(await store.deployments.read(made.id)).toEqual(made);
    expect(await store.deployments.readByName("etl", "nightly")).toEqual(made);
    expect(await store.deployments.readMany([made.id, unknown])).toEqual([made]);
    expect(await store.deployments.read(unknown)).toBeUndefined();
  });

  test("a deployment is unique by flow and name: an update keeps omitted keys", async () => {
    const { store } = fixture;
    const first = await deploy(fixture, { description: "d", version: "1", labels: { a: 1 } });
    const flow_id = first.flow_id;
    const input = deployments.create.input.parse({
      name: "nightly",
      flow_id,
      version: "2",
      labels: { b: 2 },
    });
    const { row, isNew } = await store.deployments.create(input);
    expect(isNew).toBe(false);
    expect(row).toMatchObject({ id: first.id, description: "d", version: "2", labels: { a: 1, b: 2 } });
  });

  test("verbs return whether the deployment exists", async () => {
    const { store } = fixture;
    expect(await update(fixture, unknown, { paused: true })).toBe(false);
    expect(await store.deployments.delete(unknown)).toBe(false);
    expect(await store.deployments.createSchedules(unknown, [])).toBeUndefined();
    const { id } = await deploy(fixture);
    expect(await store.deployments.deleteSchedule({ id, schedule_id: unknown })).toBe(false);
    expect(await store.deployments.updateSchedule({ id, schedule_id: unknown, active: false })).toBe(false);
  });

  test("the limit of its runs is absent, its own or shared", async () => {
    const { store } = fixture;
    const { id } = await deploy(fixture);
    expect(await store.deployments.runLimit(id)).toBeNull();
    expect(await store.deployments.runLimit(unknown)).toBeUndefined();
    await update(fixture, id, {
      concurrency_limit: 3,
      concurrency_options: { collision_strategy: "CANCEL_NEW" },
    });
    const name = `deployment:${id}`;
    await store.concurrencyLimits.acquire({ names: [name], slots: 1, mode: "concurrency" });
    const options = { collision_strategy: "CANCEL_NEW", grace_period_seconds: null };
    expect(await store.deployments.runLimit(id)).toEqual({ name, limit: 3, free: 2, options });
    await store.concurrencyLimits.update(name, { active: false });
    expect(await store.deployments.runLimit(id)).toBeNull();
  });
}

function changes(fixture: Fixture): void {
  const listen = () => recordChanges(fixture.store, (noun) => noun === "deployments").changes;

  test("every change of a deployment is published with its row", async () => {
    const { store } = fixture;
    const reported = listen();
    const publishes = async (kind: string, row: object | null) => {
      await eventually(() => reported.map((change) => change.kind)).toEqual([kind]);
      if (row === null) expect(reported[0]?.row).toBeNull();
      else expect(reported[0]?.row).toMatchObject(row);
      reported.length = 0;
    };
    const { id } = await deploy(fixture);
    await publishes("created", { id, schedules: [] });
    const { schedules: input } = deployments.createSchedules.input.parse({ id, schedules: [daily] });
    const [schedule] = (await store.deployments.createSchedules(id, input)) ?? [];
    await publishes("updated", { id, schedules: [schedule] });
    await store.deployments.deleteSchedule({ id, schedule_id: schedule?.id ?? "" });
    await publishes("updated", { id, schedules: [] });
    await update(fixture, id, { paused: true });
    await publishes("updated", { id, paused: true });
    await store.deployments.delete(id);
    await publishes("deleted", null);
  });

  test("another poll is no change, becoming ready is one", async () => {
    const { store, clock } = fixture;
    const { id } = await deploy(fixture);
    const reported = listen();
    await store.deployments.markPolled({ ids: [id] });
    await eventually(() => reported.map(({ kind, row }) => [kind, row?.status])).toEqual([
      ["updated", "READY"],
    ]);
    clock.advance(10_000);
    await store.deployments.markPolled({ ids: [id] });
    await store.deployments.markUnpolled(clock.time(-9000));
    const read = await store.deployments.read(id);
    expect(read).toMatchObject({ status: "READY", last_polled: clock.time() });
    clock.advance(60_000);
    await store.deployments.markUnpolled(clock.time(-30_000));
    await eventually(() => reported.length).toBe(2);
    expect(reported[1]?.row).toMatchObject({ status: "NOT_READY" });
  });

  test("a failed write leaves nothing behind", async () => {
    const { store } = fixture;
    const { id, schedules } = await deploy(fixture, { schedules: [{ ...daily, slug: "a" }] });
    const wrong = update(fixture, id, { schedules: [{ ...daily, slug: "b" }], work_pool_name: "nowhere" });
    await expect(wrong).rejects.toMatchObject({ code: "not-found" });
    expect((await store.deployments.read(id))?.schedules).toEqual(schedules);
  });
}

function plans(fixture: Fixture): void {
  const planned = (page: { ids?: string[]; after?: string; limit?: number } = {}) =>
    fixture.store.deployments.planned({ limit: 10, ...page });
  const planOf = async (id: string, ...times: string[]): Promise<PlannedRuns> => {
    const [found] = await planned({ ids: [id] });
    const [schedule] = found?.schedules ?? [];
    const { flow_id = "", revision = 0 } = found ?? {};
    return { deployment_id: id, flow_id, revision, schedule_id: schedule?.id ?? "", times };
  };

  test("scheduled ones are found in pages: not paused, and with an active schedule", async () => {
    const made: string[] = [];
    for (const name of ["a", "b", "c"]) made.push((await deploy(fixture, { name, schedules: [daily] })).id);
    await deploy(fixture, { name: "paused", schedules: [daily], paused: true });
    await deploy(fixture, { name: "none" });
    await deploy(fixture, { name: "inactive", schedules: [{ ...daily, active: false }] });
    const ids = async (page: object) => (await planned(page)).map(({ id }) => id);
    expect(await ids({})).toEqual(made.toSorted());
    expect(await ids({ after: made.toSorted()[0], limit: 1 })).toEqual([made.toSorted()[1]]);
    expect(await ids({ ids: [made[2] ?? "", unknown] })).toEqual([made[2]]);
  });

  test("a fire gets one run, however often it is requested", async () => {
    const { store, clock } = fixture;
    const { id } = await deploy(fixture, { schedules: [daily] });
    const plan = await planOf(id, clock.time(1000), clock.time(2000));
    expect(await store.deployments.unscheduled([plan])).toEqual([plan]);
    await store.deployments.scheduleRuns([{ ...plan, times: [clock.time(1000)] }]);
    expect(await store.deployments.unscheduled([plan])).toEqual([{ ...plan, times: [clock.time(2000)] }]);
    await Promise.all([store.deployments.scheduleRuns([plan]), store.deployments.scheduleRuns([plan])]);
    expect(await store.deployments.unscheduled([plan])).toEqual([]);
    expect(await store.flowRuns.count({})).toBe(2);
  });

  test("a plan older than the deployment creates nothing", async () => {
    const { store, clock } = fixture;
    const { id } = await deploy(fixture, { schedules: [daily] });
    const plan = await planOf(id, clock.time(1000));
    await update(fixture, id, { description: "not what runs are made of" });
    expect((await planOf(id)).revision).toBe(plan.revision);
    await update(fixture, id, { parameters: { a: 1 } });
    expect((await planOf(id)).revision).toBe(plan.revision + 1);
    await store.deployments.scheduleRuns([plan]);
    expect(await store.flowRuns.count({})).toBe(0);
  });

  test("due runs are found by time, at least the minimum number", async () => {
    const { store, clock } = fixture;
    const { id } = await deploy(fixture, { schedules: [daily] });
    await store.deployments.scheduleRuns([
      await planOf(id, clock.time(2000), clock.time(1000), clock.time(9000)),
    ]);
    const due = (limit: number) =>
      store.deployments.scheduledRuns({ deployment_ids: [id], scheduled_before: clock.time(5000), limit });
    const times = (await due(10)).map((run) => run.next_scheduled_start_time);
    expect(times).toEqual([clock.time(1000), clock.time(2000)]);
    expect(await due(1)).toHaveLength(1);
  });
}

function recent(fixture: Fixture): void {
  test("the last runs are those that began, for every requested id", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    for (let n = 0; n < 5; n += 1) {
      await makeRun(fixture, flow, { name: `run-${n}` }, stateOf(clock, "RUNNING"));
      clock.advance(1000);
    }
    const scheduled_time = clock.time(60_000);
    const next = { expected_start_time: scheduled_time, next_scheduled_start_time: scheduled_time };
    const waiting = await makeRun(fixture, flow, {}, stateOf(clock, "SCHEDULED"), next);
    const input = { by: "flow", ids: [unknown, flow.id], limit: 3 };
    const [none, found] = await store.deployments.recentRuns(recentRuns.list.input.parse(input));
    expect(none).toEqual({ id: unknown, name: null, runs: [], next: null, late: 0 });
    expect(found?.name).toBe(flow.name);
    expect(found?.runs.map(({ name, duration }) => [name, duration])).toEqual([
      ["run-4", 1],
      ["run-3", 2],
      ["run-2", 3],
    ]);
    expect(found).toMatchObject({ next: { id: waiting.id, time: scheduled_time }, late: 0 });
  });
}

const listedIn =
  ({ store }: Fixture) =>
  (input: object = {}) =>
    store.deployments.listSchedules(deploymentSchedules.filter.input.parse(input));

function schedules(fixture: Fixture): void {
  const listed = (input?: object) => listedIn(fixture)(input);

  test("schedules are listed with their deployment, pool and limits, a page at a time", async () => {
    const { store } = fixture;
    const work_pool_name = (
      await store.workPools.create(
        workPools.create.input.parse({ name: "etl", type: "process", concurrency_limit: 7 }),
      )
    ).name;
    const two = { schedules: [daily, { ...daily, active: false }], tags: ["a"], concurrency_limit: 2 };
    const { id } = await deploy(fixture, { name: "a", ...two, work_pool_name });
    await deploy(fixture, { name: "b", schedules: [daily], paused: true });
    await deploy(fixture, { name: "c" });
    const all = await listed();
    expect(all.map((row) => [row.deployment_name, row.active, row.deployment_paused])).toEqual([
      ["a", true, false],
      ["a", false, false],
      ["b", true, true],
    ]);
    expect(all[0]).toMatchObject({
      ...{
        deployment_id: id,
        flow_name: "etl",
        tags: ["a"],
        work_pool_name: "etl",
        schedule: daily.schedule,
      },
      ...{ pool_limit: 7, queue_limit: null, deployment_limit: 2, collision_strategy: "ENQUEUE" },
    });
    expect(await listed({ limit: 1, offset: 2 })).toEqual(all.slice(2));
    expect(await listed({ deployments: { tags: { all_: ["a"] } } })).toEqual(all.slice(0, 2));
  });

  test("the usual duration is the median of the latest completed runs of a deployment", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    const { id } = await deploy(fixture, {}, flow);
    expect(await store.deployments.usualDurations([id, unknown])).toEqual(new Map());
    for (const total_run_time of [30, 10, 20]) {
      const ended = { start_time: clock.time(0), total_run_time, deployment_id: id };
      await makeRun(fixture, flow, { deployment_id: id }, stateOf(clock, "COMPLETED"), ended);
    }
    await makeRun(fixture, flow, { deployment_id: id }, stateOf(clock, "FAILED"), {
      ...{ start_time: clock.time(0), total_run_time: 900 },
    });
    expect(await store.deployments.usualDurations([id])).toEqual(new Map([[id, 20]]));
  });
}

function schedulePauses(fixture: Fixture): void {
  const listed = () => listedIn(fixture)();

  test("a schedule paused until a time is resumed then, unless it was changed before", async () => {
    const { store, clock } = fixture;
    const { id, schedules: made } = await deploy(fixture, { schedules: [daily, daily] });
    const [first = "", second = ""] = made.map((schedule) => schedule.id).toSorted();
    const until = clock.time(60_000);
    expect(await store.deployments.pauseScheduleUntil(unknown, until)).toBe(false);
    for (const one of [first, second])
      expect(await store.deployments.pauseScheduleUntil(one, until)).toBe(true);
    const states = async () => (await listed()).map(({ active, paused_until }) => [active, paused_until]);
    expect(await states()).toEqual([
      [false, until],
      [false, until],
    ]);
    expect(
      (await store.deployments.planned({ ids: [id], limit: 10 })).flatMap((row) => row.schedules),
    ).toEqual([]);
    await store.deployments.updateSchedule(
      deployments.updateSchedule.input.parse({ id, schedule_id: second, active: false }),
    );
    expect(await store.deployments.resumeSchedules(clock.time(59_000))).toBe(0);
    expect(await store.deployments.resumeSchedules(until)).toBe(1);
    expect((await states()).toSorted()).toEqual([
      [false, null],
      [true, null],
    ]);
    expect(await store.deployments.resumeSchedules(until)).toBe(0);
  });
}
