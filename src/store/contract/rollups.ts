import { array, asyncProperty, assert as check, constantFrom, integer, oneof, record } from "fast-check";
import { expect, test } from "vitest";
import { flowRuns, type HistoryInterval } from "../../schema/flow-runs.ts";
import { newId } from "../../schema/ids.ts";
import { timestamp } from "../../schema/scalars.ts";
import { defaultStateName, isFinal } from "../../schema/states.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { type Fixture, freshStore, type OpenStore } from "../../testing/store-fixture.ts";
import { makeFlow, stateOf, taskEvent } from "../../testing/store-writer.ts";

const day = 86_400_000;
const types = ["SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CRASHED"] as const;

/** Random changes to a few runs; times are milliseconds relative to now. */
const happening = record({
  what: constantFrom("flow run", "flow run", "task run", "event", "delete", "delete task", "later"),
  run: integer({ min: 0, max: 5 }),
  type: constantFrom(...types),
  name: constantFrom(null, "Late", "AwaitingRetry"),
  expected: oneof(integer({ min: -90 * 60_000, max: 30 * 60_000 }), constantFrom(-3.3 * day, -day, 2 * day)),
  started: constantFrom(null, -3_600_000, -61_000, -60_000, -1, 0, 5000),
  took: constantFrom(0, 0.1, 1.2345678, 86_400),
});
type Happening = Parameters<Parameters<typeof happening.map>[0]>[0];

/** After any changes, history and counts equal those computed from the runs. */
export function rollupContract(open: OpenStore): void {
  const fixture = freshStore(open);

  test("history and counts by state match the runs after any changes", async () => {
    const flow = await makeFlow(fixture);
    const runs = new Runs(fixture, flow.id);
    const happenings = array(happening, { minLength: 5, maxLength: 25 });
    const windows = record({
      back: integer({ min: 1, max: 100 * 60_000 }),
      length: integer({ min: 1, max: 140 * 60_000 }),
      seconds: constantFrom(1, 7, 60, 600, 1234, 3600),
    });
    await check(
      asyncProperty(happenings, windows, async (some, window) => {
        for (const one of some) await runs.happen(one);
        expect(await fixture.store.rollups.differences()).toEqual([]);
        await compareHistories(fixture, window);
        await compareCounts(fixture, window);
      }),
      { numRuns: 25 },
    );
  });

  test("rollups can be recounted", async () => {
    const { store, clock } = fixture;
    const flow = await makeFlow(fixture);
    const runs = new Runs(fixture, flow.id);
    await runs.happen({ ...plain, what: "flow run", type: "RUNNING" });
    await runs.happen({ ...plain, what: "task run", type: "COMPLETED" });
    await store.rollups.rebuild();
    expect(await store.rollups.differences()).toEqual([]);
    expect(await store.flowRuns.count({})).toBe(1);
    expect(await store.dashboard.taskRunStates({})).toMatchObject({ COMPLETED: 1, FAILED: 0 });
    const window = {
      history_start: clock.time(-60_000),
      history_end: clock.time(1),
      history_interval_seconds: 61,
    };
    const [interval] = await store.taskRuns.history(window);
    expect(interval?.states).toMatchObject([{ state_type: "COMPLETED", count_runs: 1 }]);
  });
}

const plain: Omit<Happening, "what" | "type"> = { run: 0, name: null, expected: 0, started: null, took: 0 };

/** A condition that all runs meet and that rollups cannot answer. */
const readOneByOne = { name: { like_: "" } };

/** Runs of even numbers are subflows. */
const noSubflows = { is_null_: true };

/** Seconds rounded to microseconds: adding and subtracting leaves a rounding error. */
const rounded = (intervals: readonly HistoryInterval[]) =>
  intervals.map(({ states, ...interval }) => ({
    ...interval,
    states: states.map((state) => ({
      ...state,
      sum_estimated_run_time: state.sum_estimated_run_time.toFixed(6),
      sum_estimated_lateness: state.sum_estimated_lateness.toFixed(6),
    })),
  }));

/** A period in milliseconds, and the length of its intervals. */
interface Window {
  back: number;
  length: number;
  seconds: number;
}

async function compareHistories({ store, clock }: Fixture, window: Window) {
  const span = {
    history_start: clock.time(-window.back),
    history_end: clock.time(-window.back + window.length),
    history_interval_seconds: window.seconds,
  };
  for (const state of [
    undefined,
    { type: { any_: ["RUNNING" as const] } },
    { name: { not_any_: ["Late"] } },
  ]) {
    for (const parent_task_run_id of [undefined, noSubflows]) {
      const flow_runs = { state, parent_task_run_id };
      const tallied = await store.flowRuns.history({ ...span, flow_runs });
      const counted = await store.flowRuns.history({ ...span, flow_runs: { ...readOneByOne, ...flow_runs } });
      expect(rounded(tallied)).toEqual(rounded(counted));
    }
  }
  const tasks = await store.taskRuns.history(span);
  expect(tasks).toEqual(await store.taskRuns.history({ ...span, task_runs: readOneByOne }));
}

async function compareCounts({ store, clock }: Fixture, { back, length, seconds }: Window) {
  const after_ = clock.time(-back).replace("000Z", `${String(seconds % 512).padStart(3, "0")}Z`);
  const before_ = clock.time(length - back);
  const days = { after_: clock.time(-4 * day - back), before_: clock.time(2 * day - back) };
  const ends = [
    ...[{ after_ }, { before_ }, { after_, before_ }, { after_, before_: after_ }, { after_: before_ }],
    ...[{ after_: "9999-12-31T12:00:00.000000Z" }, { before_: "9999-12-31T23:59:59.999999Z" }],
    ...[days, { ...days, before_ }, { ...days, after_ }, { before_: days.after_ }, { after_: days.before_ }],
  ];
  for (const expected_start_time of ends) {
    for (const state of [undefined, { type: { any_: ["SCHEDULED" as const, "COMPLETED" as const] } }]) {
      const request = { expected_start_time, state };
      for (const parent_task_run_id of [undefined, noSubflows]) {
        const flow_runs = { ...request, parent_task_run_id };
        const all = await store.flowRuns.count({ flow_runs: { ...readOneByOne, ...flow_runs } });
        expect(await store.flowRuns.count({ flow_runs })).toBe(all);
      }
      const tasks = await store.taskRuns.count({ task_runs: { ...readOneByOne, ...request } });
      expect(await store.taskRuns.count({ task_runs: request })).toBe(tasks);
    }
  }
  for (const state of [
    undefined,
    { name: { not_any_: ["Late"] } },
    { type: { any_: ["FAILED" as const] } },
  ]) {
    for (const parent_task_run_id of [undefined, noSubflows]) {
      const flow_runs = { state, parent_task_run_id };
      const all = await store.flowRuns.count({ flow_runs: { ...readOneByOne, ...flow_runs } });
      expect(await store.flowRuns.count({ flow_runs })).toBe(all);
    }
  }
  const states = await store.dashboard.taskRunStates({ task_runs: readOneByOne });
  expect(await store.dashboard.taskRunStates({})).toEqual(states);
}

/** A few flow runs, each with one task run of the same number. */
class Runs {
  readonly #fixture: Fixture;
  readonly #flowId: string;

  constructor(fixture: Fixture, flowId: string) {
    this.#fixture = fixture;
    this.#flowId = flowId;
  }

  async happen(one: Happening): Promise<void> {
    const { store, clock } = this.#fixture;
    const id = `00000000-0000-4000-8000-00000000000${one.run}`;
    if (one.what === "later") return clock.advance(one.run * 20_000 + 1);
    if (one.what === "delete") return void (await store.flowRuns.delete(id));
    if (one.what === "delete task") return void (await store.taskRuns.delete(id));
    if (one.what === "event") return this.#report(one, id);
    if (one.what === "flow run") return this.#setFlowRun(one, id);
    return this.#setTaskRun(one, id);
  }

  #state({ type, name }: Happening) {
    return stateOf(this.#fixture.clock, type, { name: name ?? defaultStateName(type) });
  }

  #times({ expected, started, took, type }: Happening) {
    const now = this.#fixture.clock.now();
    return {
      expected_start_time: timestamp(now + expected).replace(
        "000Z",
        `${String(expected & 511).padStart(3, "0")}Z`,
      ),
      start_time: started === null ? null : timestamp(now + started),
      end_time: isFinal(type) ? timestamp(now) : null,
      total_run_time: took,
    };
  }

  #setFlowRun(one: Happening, id: string): Promise<void> {
    return this.#fixture.store.transaction(async (tx) => {
      const known = await tx.flowRuns.lock(id);
      const parent_task_run_id = one.run % 2 === 0 ? newId(1) : null;
      const made = flowRuns.create.input.parse({ flow_id: this.#flowId, parent_task_run_id });
      const run = known ?? (await tx.flowRuns.create({ ...made, id })).row;
      // Some newly created runs stay without a state.
      if (known || one.took !== 86_400) await tx.flowRuns.writeState(run, this.#times(one), this.#state(one));
    });
  }

  #setTaskRun(one: Happening, id: string): Promise<void> {
    return this.#fixture.store.transaction(async (tx) => {
      const known = await tx.taskRuns.lock(id);
      const made = taskRuns.create.input.parse({ task_key: "load", dynamic_key: id, id });
      const run = known ?? (await tx.taskRuns.create(made)).row;
      if (known || one.took !== 86_400) await tx.taskRuns.writeState(run, this.#times(one), this.#state(one));
    });
  }

  async #report(one: Happening, id: string): Promise<void> {
    const { store, clock } = this.#fixture;
    const { type, name } = one;
    const occurred = clock.time(one.run);
    await store.ingest([
      taskEvent({ taskRunId: id, type, occurred, run: this.#times(one), state: { ...(name && { name }) } }),
    ]);
  }
}
