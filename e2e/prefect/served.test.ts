import { afterAll, beforeAll, expect, test } from "vitest";
import { deployments } from "../../src/schema/deployments.ts";
import { type FlowRun, flowRuns } from "../../src/schema/flow-runs.ts";
import { openWorld, soon, type World } from "./world.ts";

// Deployments whose runs are started by Prefect's own runner.

let world: World;
beforeAll(async () => {
  world = await openWorld();
  world.python.script("served");
});
afterAll(() => world?.close());

const deployment = (flow_name: string, deployment_name: string) =>
  soon(() => world.praetor.client.call(deployments.readByName, { flow_name, deployment_name }));

/** A run of the deployment that is held until it is stopped, and the process that it is in. */
async function hold() {
  const { id } = await deployment("holding", "held");
  const run = await world.praetor.ask(id);
  const pid = await soon(async () => {
    const lines = await world.reading.logsOf(run);
    const said = lines.map(({ message }) => /^held by process (\d+)$/.exec(message)?.[1]).find(Boolean);
    expect(said).toBeDefined();
    return Number(said);
  });
  // Its task has begun, too.
  await soon(async () =>
    expect(await world.reading.taskRunsOf(run)).toMatchObject([{ state_type: "RUNNING" }]),
  );
  return { run, pid };
}

const becomes = (run: FlowRun, state_type: string) =>
  soon(async () => {
    const found = await world.praetor.client.call(flowRuns.read, { id: run.id });
    expect(found).toMatchObject({ state_type });
    return found;
  });

test("what is served with a schedule fires by itself, with the parameters of the deployment", async () => {
  const { id, ...ticking } = await deployment("ticking", "often");
  expect(ticking).toMatchObject({ tags: ["e2e"], parameters: { word: "tock" }, paused: false });
  const done = await soon(async () => {
    const runs = await world.reading.runsOf("ticking");
    const completed = runs.find(({ state_type }) => state_type === "COMPLETED");
    if (completed) return completed;
    throw new Error(`expected a completed run, got ${runs.map(({ state_name }) => state_name)}`);
  });
  expect(done).toMatchObject({ auto_scheduled: true, deployment_id: id, parameters: { word: "tock" } });
  await soon(async () => expect(await world.reading.messagesOf(done)).toContain("it says tock"));
  // The machine is left to the other tests.
  await world.praetor.client.call(deployments.pause, { id });
});

test("a served run that is cancelled here is stopped there, with its task", async () => {
  const { run, pid } = await hold();
  const state = { type: "CANCELLING" } as const;
  expect((await world.praetor.client.call(flowRuns.setState, { id: run.id, state })).status).toBe("ACCEPT");
  await becomes(run, "CANCELLED");
  expect((await world.reading.flowRunStatesOf(run)).slice(-2)).toEqual(["Cancelling", "Cancelled"]);
  await soon(async () => expect(isAlive(pid)).toBe(false));
  await soon(async () => expect((await world.reading.taskRunsOf(run))[0]?.state_type).not.toBe("RUNNING"));
});

test("a served run whose process is killed is reported as crashed by its runner", async () => {
  const { run, pid } = await hold();
  process.kill(pid, "SIGKILL");
  const crashed = await becomes(run, "CRASHED");
  expect(crashed.state?.message).toContain("-9");
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
