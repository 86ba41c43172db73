import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flowRuns } from "../schema/flow-runs.ts";
import { flowRunStates, type OrchestrationResult, type StateType, taskRunStates } from "../schema/states.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { describeOnPostgres, storesIn } from "../testing/postgres-databases.ts";
import { createWorld, type World, type WorldOptions } from "../testing/world.ts";

// Concurrent clients that set the state of one run, each after reading it.

describe("on SQLite", () => suite({}));
await describeOnPostgres("on PostgreSQL", (databases) => {
  const open = storesIn(databases);
  suite({ open });
});

function suite(options: WorldOptions): void {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(options);
  });
  afterAll(() => world.close());

  const running = () => world.flowRun({ states: ["PENDING", "RUNNING"] });
  const namesOf = async (id: string) =>
    (await world.call(flowRunStates.list, { flow_run_id: id })).map(({ name }) => name);
  const ends = (at: number): StateType => (at % 2 === 0 ? "COMPLETED" : "FAILED");
  const fifty = (say: (at: number) => Promise<OrchestrationResult>) =>
    Promise.all(Array.from({ length: 50 }, (_, at) => say(at)));
  const accepted = (answers: readonly OrchestrationResult[]) =>
    answers.filter(({ status }) => status === "ACCEPT");

  test.each([false, true])(
    "of fifty clients that saw a run RUNNING, one ends it (by force: %s)",
    async (force) => {
      const { id, state_id: expected_state_id } = await running();
      const answers = await fifty((at) =>
        world.call(flowRuns.setState, { id, state: { type: ends(at) }, force, expected_state_id }),
      );
      const [first, ...others] = accepted(answers);
      expect(others).toEqual([]);
      expect(await namesOf(id)).toEqual(["Pending", "Running", first?.state?.name]);
      const refused = answers.find(({ status }) => status === "REJECT");
      expect(refused).toMatchObject({
        state: { type: first?.state?.type },
        details: { reason: `The run has changed since you looked at it: it is ${first?.state?.name} now.` },
      });
    },
  );

  test("a state that was seen is not written again", async () => {
    const { id, state_id: expected_state_id } = await running();
    const answers = await fifty(() =>
      world.call(flowRuns.setState, { id, state: { type: "RUNNING" }, expected_state_id }),
    );
    expect(accepted(answers)).toEqual([]);
    expect(answers[0]?.details).toEqual({ type: "reject_details", reason: "The run is Running already." });
    expect(await namesOf(id)).toEqual(["Pending", "Running"]);
  });

  test("clients without an expected state are answered as by Prefect", async () => {
    const { id } = await running();
    const answers = await fifty((at) => world.call(flowRuns.setState, { id, state: { type: ends(at) } }));
    expect(accepted(answers)).toHaveLength(50);
    const again = await running();
    const repeated = await fifty(() =>
      world.call(flowRuns.setState, { id: again.id, state: { type: "RUNNING" } }),
    );
    expect(accepted(repeated)).toHaveLength(50);
  });

  test("a task run that has ended meanwhile is not marked crashed", async () => {
    const flowRun = await running();
    const task = await world.taskRun({ flowRun });
    const seen = { id: task.id, expected_state_id: task.state_id, force: true };
    await world.call(taskRuns.setState, { id: task.id, state: { type: "COMPLETED" } });
    expect(await world.call(taskRuns.setState, { ...seen, state: { type: "CRASHED" } })).toMatchObject({
      status: "REJECT",
      state: { type: "COMPLETED" },
      details: { reason: "The run has changed since you looked at it: it is Completed now." },
    });
    const states = await world.call(taskRunStates.list, { task_run_id: task.id });
    expect(states.map(({ type }) => type)).toEqual(["PENDING", "RUNNING", "COMPLETED"]);
  });
}
