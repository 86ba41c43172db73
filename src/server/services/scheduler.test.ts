import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fires } from "../../rules/schedules.ts";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { events } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import type { Input } from "../../schema/route.ts";
import { timestamp } from "../../schema/scalars.ts";
import { Schedule } from "../../schema/schedules.ts";
import { workPools } from "../../schema/work-pools.ts";
import { eventually, recordChanges } from "../../testing/store-fixture.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { markLateRuns } from "./late-runs.ts";
import { Scheduler } from "./scheduler.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const minute = 60_000;
const hour = 60 * minute;
let clock = start;
const now = () => clock;
let world: World;
let scheduler: Scheduler;
const log = pino({ level: "silent" });
const newScheduler = () => new Scheduler({ store: world.store, now, log, fires });
beforeEach(async () => {
  clock = start;
  world = await createWorld({ now });
  scheduler = newScheduler();
});
afterEach(() => world.close());

type NewDeployment = Partial<Input<typeof deployments.create>>;
async function deploy(input: NewDeployment = {}): Promise<Deployment> {
  const { id: flow_id } = await world.flow();
  return world.call(deployments.create, { name: "nightly", flow_id, ...input });
}
const cron = (text: string, more: object = {}) => ({ schedule: { cron: text, timezone: "UTC" }, ...more });
const runsOf = (deployment: { id: string }): Promise<FlowRun[]> =>
  world.call(flowRuns.filter, {
    flow_runs: { deployment_id: { any_: [deployment.id] } },
    sort: "EXPECTED_START_TIME_ASC",
  });
const timesOf = async (deployment: { id: string }) =>
  (await runsOf(deployment)).map((run) => run.expected_start_time?.slice(0, 16));

describe("how far ahead runs are made", () => {
  test("at least three, however far away they are", async () => {
    const daily = await deploy({ schedules: [cron("0 9 * * *")] });
    await scheduler.planAll();
    expect(await timesOf(daily)).toEqual(["2026-03-02T09:00", "2026-03-03T09:00", "2026-03-04T09:00"]);
  });

  test("at least an hour, the present moment included", async () => {
    const often = await deploy({ schedules: [cron("*/10 * * * *")] });
    await scheduler.planAll();
    expect(await timesOf(often)).toEqual([
      ...["12:00", "12:10", "12:20", "12:30", "12:40", "12:50"].map((time) => `2026-03-01T${time}`),
      "2026-03-01T13:00",
    ]);
  });

  test("never more than a hundred, or than the schedule says, and never more than a hundred days", async () => {
    const schedules = [{ schedule: { interval: 1 } }];
    const everySecond = await deploy({ name: "every second", schedules });
    const limited = await deploy({
      name: "limited",
      schedules: [cron("* * * * *", { max_scheduled_runs: 2 })],
    });
    const yearly = await deploy({ name: "yearly", schedules: [cron("0 0 1 1 *")] });
    await scheduler.planAll();
    expect(await runsOf(everySecond)).toHaveLength(100);
    expect(await runsOf(limited)).toHaveLength(2);
    expect(await runsOf(yearly)).toEqual([]);
    clock = Date.parse("2026-12-01T00:00:00Z");
    await scheduler.planAll();
    expect(await timesOf(yearly)).toEqual(["2027-01-01T00:00"]);
  });

  test("fires missed while no scheduler ran are not made up for", async () => {
    const hourly = await deploy({ schedules: [cron("0 * * * *")] });
    clock += 24 * hour + minute;
    await scheduler.planAll();
    expect((await timesOf(hourly))[0]).toBe("2026-03-02T13:00");
  });

  test("a requested period is planned at once", async () => {
    const daily = await deploy({ schedules: [cron("0 9 * * *")] });
    const end_time = "2026-03-11T00:00:00Z";
    expect(await world.call(deployments.schedule, { id: daily.id, end_time, min_runs: 20 })).toBeNull();
    expect(await runsOf(daily)).toHaveLength(9);
  });
});

describe("a run made by a schedule", () => {
  test("has what its deployment and its schedule give it", async () => {
    await world.call(workPools.create, { name: "local", type: "process" });
    const input = {
      ...{ tags: ["team-a"], labels: { region: "eu" }, version: "7", parameters: { a: 1, b: { c: 1 } } },
      ...{ job_variables: { image: "x" }, work_pool_name: "local", work_queue_name: "fast" },
    };
    const schedules = [cron("0 9 * * *", { slug: "morning", parameters: { b: { d: 2 } } })];
    const deployment = await deploy({ ...input, schedules });
    await scheduler.planAll();
    const [run] = await runsOf(deployment);
    const [schedule] = deployment.schedules;
    expect(run).toMatchObject({
      ...{ auto_scheduled: true, tags: ["auto-scheduled", "team-a"], deployment_version: "7", run_count: 0 },
      ...{ parameters: { a: 1, b: { d: 2 } }, job_variables: { image: "x" } },
      ...{ work_pool_name: "local", work_queue_name: "fast", work_queue_id: deployment.work_queue_id },
      idempotency_key: `scheduled ${deployment.id} ${schedule?.id} 2026-03-02 09:00:00+00:00`,
      created_by: { id: schedule?.id, type: "SCHEDULE", display_value: "morning" },
      state: { type: "SCHEDULED", name: "Scheduled", message: "Flow run scheduled" },
      next_scheduled_start_time: "2026-03-02T09:00:00.000000Z",
      labels: {
        ...{ region: "eu", "prefect.flow.id": deployment.flow_id, "prefect.deployment.id": deployment.id },
      },
    });
    expect(run?.state?.state_details.scheduled_time).toBe("2026-03-02T09:00:00.000000Z");
  });

  test("is named after the kind of its schedule where that has no name", async () => {
    const schedules = [
      { schedule: { interval: 3600 } },
      { schedule: { rrule: "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0" } },
      cron("0 9 * * *"),
    ];
    const deployment = await deploy({ schedules });
    await scheduler.planAll();
    const names = (await runsOf(deployment)).map((run) => run.created_by?.display_value);
    expect([...new Set(names)].sort()).toEqual(["CronSchedule", "IntervalSchedule", "RRuleSchedule"]);
  });

  test("is published live, without an event", async () => {
    await deploy({ schedules: [cron("0 9 * * *")] });
    const { changes } = recordChanges(world.store, (noun) => noun === "flow-runs");
    await scheduler.planAll();
    await eventually(() => changes.map(({ kind, row }) => [kind, row?.state_name])).toEqual(
      Array.from({ length: 3 }, () => ["created", "Scheduled"]),
    );
    const { events: reported } = await world.call(events.filter, {
      filter: { event: { prefix: ["prefect.flow-run"] } },
    });
    expect(reported).toEqual([]);
  });
});

const deployAnew = ({ name, flow_id }: Deployment, paused = false) =>
  world.call(deployments.create, { name, flow_id, paused, schedules: [cron("0 9 * * *")] });

describe("a change of a deployment", () => {
  const plan = async (input: NewDeployment = {}) => {
    const deployment = await deploy({ schedules: [cron("0 9 * * *", { slug: "a" })], ...input });
    await scheduler.planAll();
    expect(await runsOf(deployment)).toHaveLength(3);
    return deployment;
  };

  test.each<[string, (deployment: Deployment) => Promise<unknown>, number]>([
    ["pausing it", ({ id }) => world.call(deployments.update, { id, paused: true }), 0],
    ["pausing it by its own route", ({ id }) => world.call(deployments.pause, { id }), 0],
    ["other parameters", ({ id }) => world.call(deployments.update, { id, parameters: { a: 2 } }), 3],
    ["other tags", ({ id }) => world.call(deployments.update, { id, tags: ["b"] }), 3],
    [
      "no schedules, which leaves those with slugs",
      ({ id }) => world.call(deployments.update, { id, schedules: [] }),
      3,
    ],
    [
      "one schedule more",
      ({ id }) => world.call(deployments.createSchedules, { id, schedules: [cron("0 0 * * *")] }),
      6,
    ],
    [
      "an inactive schedule",
      ({ id, schedules: [own] }) =>
        world.call(deployments.updateSchedule, { id, schedule_id: own?.id ?? "", active: false }),
      0,
    ],
    [
      "a schedule deleted",
      ({ id, schedules: [own] }) =>
        world.call(deployments.deleteSchedule, { id, schedule_id: own?.id ?? "" }),
      0,
    ],
    ["deploying it anew", (deployment) => deployAnew(deployment), 3],
  ])("%s deletes the runs made ahead, and new ones are made", async (_, change, after) => {
    const deployment = await plan();
    await change(deployment);
    expect(await runsOf(deployment)).toEqual([]);
    await scheduler.planAll();
    expect(await runsOf(deployment)).toHaveLength(after);
  });

  test("a changed description does not recreate the runs", async () => {
    const deployment = await plan();
    const before = await runsOf(deployment);
    await world.call(deployments.update, { id: deployment.id, description: "every night" });
    expect((await runsOf(deployment)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  test("keeps runs that were claimed, wait for a slot, or were requested by a user", async () => {
    const deployment = await plan();
    const { id } = deployment;
    const byHand = await world.call(deployments.createFlowRun, { id });
    const [taken, waiting, other] = (await runsOf(deployment)).filter((run) => run.auto_scheduled);
    const states = [
      [taken, { type: "PENDING" }],
      [waiting, { type: "SCHEDULED", name: "AwaitingConcurrencySlot" }],
    ] as const;
    for (const [run, state] of states)
      await world.call(flowRuns.setState, { id: run?.id ?? "", state, force: true });
    await world.call(deployments.update, { id, paused: true });
    const left = (await runsOf(deployment)).map((run) => run.id);
    expect(left.sort()).toEqual([byHand.id, taken?.id, waiting?.id].sort());
    expect(left).not.toContain(other?.id);
  });

  test.each<[string, (deployment: Deployment) => Promise<unknown>, string[]]>([
    ["deploying it anew", (deployment) => deployAnew(deployment), ["Late"]],
    ["other parameters", ({ id }) => world.call(deployments.update, { id, parameters: { a: 2 } }), ["Late"]],
    [
      "an inactive schedule",
      ({ id, schedules: [own] }) =>
        world.call(deployments.updateSchedule, { id, schedule_id: own?.id ?? "", active: false }),
      ["Late"],
    ],
    ["a pause", ({ id }) => world.call(deployments.pause, { id }), []],
    ["a pause by an update", ({ id }) => world.call(deployments.update, { id, paused: true }), []],
    ["deploying it anew, paused", (deployment) => deployAnew(deployment, true), []],
    [
      "a schedule deleted",
      ({ id, schedules: [own] }) =>
        world.call(deployments.deleteSchedule, { id, schedule_id: own?.id ?? "" }),
      [],
    ],
  ])("%s keeps a run whose time has come only where it is to run still", async (_, change, left) => {
    const deployment = await plan();
    clock = Date.parse("2026-03-02T09:00:20Z");
    await markLateRuns(world.store, now);
    await change(deployment);
    expect((await runsOf(deployment)).map(({ state_name }) => state_name)).toEqual(left);
  });

  test("that comes between reading and writing leaves nothing of the old plan", async () => {
    const { id, flow_id, schedules } = await plan();
    const [planned] = await world.store.deployments.planned({ ids: [id], limit: 1 });
    await world.call(deployments.update, { id, paused: true });
    const times = [timestamp(start + hour)];
    const stale = { deployment_id: id, flow_id, schedule_id: schedules[0]?.id ?? "", times };
    await world.store.deployments.scheduleRuns([{ ...stale, revision: planned?.revision ?? 0 }]);
    expect(await runsOf({ id })).toEqual([]);
  });

  test("loses no fire that comes between it and the next plan", async () => {
    const stop = scheduler.watch();
    const deployment = await plan();
    clock = Date.parse("2026-03-02T08:59:59.900Z");
    await deployAnew(deployment);
    clock += 300;
    await expect.poll(() => timesOf(deployment)).toContain("2026-03-02T09:00");
    expect(await runsOf(deployment)).toHaveLength(3);
    await stop();
  });

  test("is no fire of an interval that is counted from it", async () => {
    const deployment = await deploy({
      schedules: [{ schedule: { interval: 3600, anchor_date: timestamp(clock) } }],
    });
    clock += 300;
    await scheduler.planAll();
    expect((await timesOf(deployment))[0]).toBe("2026-03-01T13:00");
  });

  test("is planned within seconds by a server that runs", async () => {
    const server = await world.listen();
    const { id } = await deploy({ schedules: [cron("0 9 * * *")] });
    const soon = { timeout: 5000 };
    await expect.poll(() => timesOf({ id }), soon).toHaveLength(3);
    const schedules = [cron("30 10 * * *")];
    await world.call(deployments.update, { id, schedules });
    await expect.poll(() => timesOf({ id }), soon).toContain("2026-03-02T10:30");
    await server.close();
  });
});

test("a schedule whose times cannot be found does not keep the others from theirs", async () => {
  const bad = await deploy({ name: "bad", schedules: [cron("0 8 * * *")] });
  const good = await deploy({ name: "good", schedules: [cron("0 9 * * *")] });
  const reported: unknown[] = [];
  const picky = new Scheduler({
    store: world.store,
    now,
    log: { warn: (entry: unknown) => reported.push(entry), error: (entry: unknown) => reported.push(entry) },
    fires: (schedule, options) => {
      if ("cron" in schedule && schedule.cron === "0 8 * * *") throw new Error("too slow");
      return fires(schedule, options);
    },
  });
  await picky.planAll();
  await picky.planAll();
  expect(await runsOf(bad)).toEqual([]);
  expect(await runsOf(good)).toHaveLength(3);
  expect(reported).toHaveLength(1);
});

test("of two schedulers on one store, each occurrence gets one run", async () => {
  const made: Deployment[] = [];
  for (let n = 0; n < 20; n += 1)
    made.push(
      await deploy({ name: `d-${n}`, schedules: [cron(`${n} * * * *`), cron(`*/${n + 5} * * * *`)] }),
    );
  const others = [newScheduler(), newScheduler()];
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(others.map((each) => each.planAll()));
    clock += 20 * minute;
  }
  for (const deployment of made) {
    const keys = (await runsOf(deployment)).map((run) => run.idempotency_key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(3);
  }
});

/** Numbers that look random and are the same each time. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

test("through a year of rounds at odd times, no fire is missed and none comes twice", async () => {
  const input = [
    { cron: "30 2 * * *", timezone: "America/New_York" },
    { cron: "0 * * * *", timezone: "Europe/Berlin" },
    { cron: "0 9 1,15 * 1", timezone: "Australia/Lord_Howe" },
    { interval: 5400, anchor_date: "2026-01-01T00:10:00Z", timezone: "Asia/Kolkata" },
    { interval: 86_400, anchor_date: "2026-01-01T01:30:00Z", timezone: "Europe/London" },
    { rrule: "DTSTART:20260101T023000\nRRULE:FREQ=DAILY;INTERVAL=2", timezone: "America/Sao_Paulo" },
    { rrule: "DTSTART:20260101T090000\nRRULE:FREQ=MONTHLY;BYDAY=-1FR", timezone: "Pacific/Auckland" },
  ];
  const schedules = input.map((schedule) => ({ schedule }));
  const deployment = await deploy({ schedules });
  const until = start + 365 * 24 * hour;
  const random = randoms(42);
  while (clock < until) {
    await scheduler.planAll();
    // Three runs are planned at least, of a schedule for each hour: no round may come later than the last of them.
    clock += Math.ceil(random() * 2.9 * hour);
  }
  const made = await world.store.flowRuns.count({ flow_runs: { deployment_id: { any_: [deployment.id] } } });
  expect(made).toBeGreaterThan(8760 + 5840 + 365 + 365);
  for (const { id, schedule } of deployment.schedules) {
    const expected = fires(Schedule.parse(schedule), { after: start, until, limit: 20_000 }).map(timestamp);
    expect(await timesMade(id, timestamp(until))).toEqual(expected);
  }
}, 120_000);

async function timesMade(scheduleId: string, until: string): Promise<string[]> {
  const times: string[] = [];
  const filter = { created_by: { id_: [scheduleId] }, expected_start_time: { before_: until } };
  for (let offset = 0; ; offset += 200) {
    const some = await world.call(flowRuns.filter, {
      ...{ flow_runs: filter, sort: "EXPECTED_START_TIME_ASC", limit: 200, offset },
    });
    times.push(...some.map((run) => run.expected_start_time ?? ""));
    if (some.length < 200) return times;
  }
}

test.each([
  ["ENQUEUE", "Late"],
  ["CANCEL_NEW", "Cancelled"],
] as const)(
  "a run without room in a deployment that says %s is %s when it is late",
  async (strategy, name) => {
    const { id } = await deploy({
      ...{ concurrency_limit: 1, concurrency_options: { collision_strategy: strategy } },
      schedules: [cron("0 13 * * *")],
    });
    await scheduler.planAll();
    const holder = await world.call(deployments.createFlowRun, { id });
    await world.call(flowRuns.setState, { id: holder.id, state: { type: "PENDING" } });
    clock = start + hour + 20_000;
    await markLateRuns(world.store, now);
    const late = (await runsOf({ id })).find((run) => run.expected_start_time === timestamp(start + hour));
    expect(late?.state_name).toBe(name);
  },
);
