import { afterEach, beforeEach, expect, test } from "vitest";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { overview } from "../../schema/overview.ts";
import type { Input } from "../../schema/route.ts";
import { timestamp } from "../../schema/scalars.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workers } from "../../schema/workers.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { noteAbsence } from "../services/foreman.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const day = 86_400_000;
let clock = start;
let world: World;
beforeEach(async () => {
  clock = start;
  world = await createWorld({ now: () => clock });
});
afterEach(() => world.close());

const at = (seconds: number) => timestamp(start + seconds * 1000);
const read = (more: Partial<Input<typeof overview.summary>> = {}) =>
  world.call(overview.summary, {
    after_: timestamp(clock - day),
    before_: timestamp(clock + 1000),
    interval_seconds: 1800,
    ...more,
  });
const late = (seconds: number) =>
  ({ type: "SCHEDULED", name: "Late", state_details: { scheduled_time: at(seconds) } }) as const;
const counts = ({ history }: Awaited<ReturnType<typeof read>>) =>
  Object.fromEntries(
    history.flatMap(({ states }) => states.map((one) => [one.state_type, one.count_runs] as const)),
  );

test("a range that ends before it begins is refused", async () => {
  await expect(read({ after_: at(60), before_: at(60) })).rejects.toThrow(
    "Expected before_ to be later than after_",
  );
});

test("a server without any runs reports it", async () => {
  expect(await read()).toMatchObject({ is_empty: true, paused: { count: 0 }, waiting: { groups: [] } });
  await world.flow();
  expect(await read()).toMatchObject({ is_empty: false });
});

test("runs that wait for the same are one group, with the one that has waited longest", async () => {
  await world.call(workPools.create, { name: "gpu" });
  await world.call(workPools.create, { name: "etl", is_paused: true });
  for (const seconds of [-60, -120, -30])
    await world.flowRun({ name: `late${seconds}`, work_pool_name: "gpu", states: [late(seconds)] });
  await world.flowRun({ name: "held", work_pool_name: "etl", states: [late(-90)] });
  await world.flowRun({ states: ["PENDING", "RUNNING", "CANCELLING"] });
  const { waiting } = await read();
  expect(waiting).toMatchObject({ count: 5, is_partial: false });
  expect(waiting.groups).toMatchObject([
    { gate: { kind: "no-worker", pool: "gpu" }, count: 3, oldest: { name: "late-120" }, since: at(-120) },
    { gate: { kind: "pool-paused", pool: "etl" }, count: 1, oldest: { name: "held" } },
    { gate: null, state_name: "Cancelling", count: 1 },
  ]);
});

test("a paused run has its stored form, except an oversized one", async () => {
  const keys = { schema: "s", response: "r", description: "d" };
  const pause = { type: "PAUSED", state_details: { run_input_keyset: keys } } as const;
  const asking = await world.flowRun({ name: "asking", states: ["RUNNING", pause] });
  const input = (run: FlowRun, key: string, value: string) =>
    world.call(flowRuns.createInput, { id: run.id, key, value });
  await input(asking, "s", '{"type":"object"}');
  await input(asking, "d", '"Release?"');
  const broken = await world.flowRun({ name: "broken", states: ["RUNNING", pause] });
  await input(broken, "s", "no JSON");
  await world.flowRun({ name: "plain", states: ["RUNNING", "PAUSED"] });
  const { paused, flows } = await read();
  const forms = Object.fromEntries(paused.runs.map(({ run, form }) => [run.name, form]));
  expect(forms).toEqual({
    asking: { schema: { type: "object" }, description: "Release?" },
    broken: { schema: null, description: null },
    plain: null,
  });
  expect(flows[asking.flow_id]).toBe("etl");
});

test("running runs come with how long their flow usually takes, and how many usually run", async () => {
  clock = start - day - 3000;
  const run = await world.flowRun({ states: ["PENDING", "RUNNING"] });
  clock += 7000;
  await world.call(flowRuns.setState, { id: run.id, state: { type: "COMPLETED" } });
  clock = start;
  await world.flowRun({ states: ["PENDING", "RUNNING"] });
  const { running, usually_running } = await read();
  expect(running).toMatchObject({ count: 1, runs: [{ state_type: "RUNNING" }] });
  expect(running.durations).toEqual([{ flow_id: run.flow_id, seconds: [expect.closeTo(7, 3)] }]);
  expect(usually_running).toBeCloseTo(1 / 7);
});

test("failures are counted in the requested and the preceding period", async () => {
  clock = start - 1.5 * day;
  for (const _ of [1, 2]) await world.flowRun({ states: ["PENDING", "RUNNING", "FAILED"] });
  clock = start - 60_000;
  await world.flowRun({ states: ["PENDING", "RUNNING", "CRASHED"] });
  clock = start;
  const answer = await read();
  expect(counts(answer)).toEqual({ CRASHED: 1 });
  expect(answer.failed_before).toBe(2);
});

test("subflows and runs without the tags are excluded unless requested", async () => {
  const parent = await world.flowRun({ tags: ["prod", "eu"], states: ["PENDING", "RUNNING", "COMPLETED"] });
  const task = await world.taskRun({ flowRun: parent, states: ["RUNNING"] });
  await world.flowRun({ parent_task_run_id: task.id, states: ["PENDING", "RUNNING", "COMPLETED"] });
  await world.flowRun({ tags: ["prod"], states: ["PENDING", "RUNNING", "COMPLETED"] });
  expect(counts(await read())).toEqual({ COMPLETED: 2 });
  expect(counts(await read({ subflows: true }))).toEqual({ COMPLETED: 3 });
  expect(counts(await read({ tags: ["eu", "prod"] }))).toEqual({ COMPLETED: 1 });
});

test("what starts within the hour is listed, soonest first", async () => {
  for (const seconds of [1800, 60, 7200]) {
    const state = { type: "SCHEDULED", state_details: { scheduled_time: at(seconds) } } as const;
    await world.flowRun({ name: `in ${seconds}`, states: [state] });
  }
  const { upcoming } = await read();
  expect(upcoming).toMatchObject({ count: 2, is_partial: false });
  expect(upcoming.runs.map(({ name }) => name)).toEqual(["in 60", "in 1800"]);
});

test("a full limit is listed only while it has waiters", async () => {
  await world.call(concurrencyLimits.create, { name: "db", limit: 1 });
  const take = (run: FlowRun) =>
    world.call(concurrencyLimits.incrementWithLease, {
      ...{ names: ["db"], slots: 1, holder: { type: "flow_run" as const, id: run.id } },
    });
  const holder = await world.flowRun({ name: "holder", states: ["RUNNING"] });
  await take(holder);
  expect((await read()).full_limits).toEqual([]);
  clock += 1000;
  await take(await world.flowRun({ states: ["RUNNING"] })).catch(() => undefined);
  expect((await read()).full_limits).toMatchObject([
    { name: "db", limit: 1, used: 1, holder: { name: "holder" }, waiting: 1, waiting_since: at(1) },
  ]);
});

test("a worker that fell silent within a day is named, unless its pool is paused", async () => {
  await world.call(workPools.create, { name: "p" });
  await world.call(workers.heartbeat, { pool: "p", name: "w" });
  const pool = (changes: object) => world.call(workPools.update, { name: "p", ...changes });
  const silent = async () => (await read()).silent_workers;
  expect(await silent()).toEqual([]);
  clock += 120_000;
  await noteAbsence(world.store, () => clock);
  const worker = { name: "w", pool: "p", since: at(0), is_last: true };
  expect(await silent()).toMatchObject([worker]);
  await world.call(workers.heartbeat, { pool: "p", name: "other" });
  expect(await silent()).toMatchObject([{ ...worker, is_last: false }]);
  await pool({ is_paused: true });
  expect(await silent()).toEqual([]);
  await pool({ is_paused: false });
  clock += day;
  expect(await silent()).toEqual([]);
});
