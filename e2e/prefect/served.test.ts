import { afterAll, beforeAll, expect, test } from "vitest";
import { deployments } from "../../src/schema/deployments.ts";
import { type FlowRun, flowRuns } from "../../src/schema/flow-runs.ts";
import { sentence } from "../run-page.ts";
import { openPages, type Pages, seen } from "./pages.ts";
import { openWorld, soon, type World } from "./world.ts";

// Deployments whose runs are started by Prefect's own runner.

let world: World;
let pages: Pages;
beforeAll(async () => {
  world = await openWorld();
  world.python.script("served");
  pages = await openPages();
});
afterAll(async () => {
  await pages?.close();
  await world?.close();
});

const deployment = (flow_name: string, deployment_name: string) =>
  soon(() => world.praetor.client.call(deployments.readByName, { flow_name, deployment_name }));

/** A run of the deployment that blocks until it is stopped, and its process. */
async function hold() {
  const { id } = await deployment("holding", "held");
  const run = await world.praetor.ask(id);
  const pid = await soon(async () => {
    const lines = await world.reading.logsOf(run);
    const output = lines.map(({ message }) => /^held by process (\d+)$/.exec(message)?.[1]).find(Boolean);
    expect(output).toBeDefined();
    return Number(output);
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

test("a served deployment with a schedule runs with the deployment's parameters", async () => {
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
  await pages.visit(`${world.praetor.url}/deployments/${id}`, async (page) => {
    await seen(page.getByRole("heading", { level: 1, name: /^Runs every 12 seconds/ }));
    await seen(page.getByRole("row").filter({ hasText: done.name }).filter({ hasText: "Completed" }));
    await page.getByRole("tab", { name: "Upcoming" }).click();
    const upcoming = page.getByRole("grid", { name: "Upcoming runs" }).getByRole("row");
    await seen(upcoming.filter({ hasText: "Every 12 seconds" }).filter({ hasText: "Skip" }));
    // Paused from here on, also to save the machine for other tests.
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause 1 deployment" }).click();
    await seen(page.getByRole("heading", { level: 1, name: "Paused: nothing is scheduled" }));
    await seen(page.getByRole("heading", { name: "No upcoming runs", exact: true }));
  });
  expect(await world.praetor.client.call(deployments.read, { id })).toMatchObject({ paused: true });
});

test("a served run that is cancelled in the browser is stopped in its process, with its task", async () => {
  const { run, pid } = await hold();
  await pages.visit(`${world.praetor.url}/runs/${run.id}`, async (page) => {
    await seen(sentence(page, "Running, 0 of 1 task done"));
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel 1 flow run" }).click();
    await seen(sentence(page, /^Cancelled after/));
  });
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
  await pages.visit(`${world.praetor.url}/runs/${run.id}`, (page) => seen(sentence(page, /^Crashed: .*-9/)));
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
