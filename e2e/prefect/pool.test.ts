import { afterAll, beforeAll, expect, test } from "vitest";
import { deployments } from "../../src/schema/deployments.ts";
import { workPools } from "../../src/schema/work-pools.ts";
import { workers } from "../../src/schema/workers.ts";
import { sentence } from "../run-page.ts";
import { openPages, type Pages, seen } from "./pages.ts";
import { succeed } from "./python.ts";
import { openWorld, soon, type World } from "./world.ts";

let world: World;
let pages: Pages;
beforeAll(async () => {
  world = await openWorld();
  pages = await openPages();
});
afterAll(async () => {
  await pages?.close();
  await world?.close();
});

test("a worker runs deployments of its pool, and a command follows the run to its end", async () => {
  world.python.prefect(["worker", "start", "--pool", "python", "--type", "process", "--name", "one"]);
  await soon(async () => {
    const found = await world.praetor.client.call(workers.filter, { pool: "python" });
    expect(found).toMatchObject([{ name: "one", status: "ONLINE" }]);
  });
  await succeed(world.python.script("pooled"));
  const { id } = await world.praetor.client.call(deployments.readByName, {
    ...{ flow_name: "pooled", deployment_name: "steady" },
  });
  const request = ["deployment", "run", "pooled/steady", "--param", "word=loud", "--watch"];
  expect(await succeed(world.python.prefect(request))).toMatch(/finished in state Completed/i);
  const run = await world.reading.runOf("pooled");
  expect(run).toMatchObject({
    ...{ state_type: "COMPLETED", deployment_id: id, parameters: { word: "loud" } },
    ...{ work_pool_name: "python", work_queue_name: "default" },
  });
  expect(run.infrastructure_pid).not.toBeNull();
  expect(await world.reading.flowRunStatesOf(run)).toEqual([
    "Scheduled",
    "Pending",
    "Submitting",
    "Running",
    "Completed",
  ]);
  await soon(async () => expect(await world.reading.messagesOf(run)).toContain("a worker says LOUD"));
  expect(await world.praetor.client.call(workPools.read, { name: "python" })).toMatchObject({
    ...{ type: "process", status: "READY" },
  });
  await pages.visit(`${world.praetor.url}/work-pools/python?tab=workers`, async (page) => {
    await seen(page.getByRole("listitem", { name: "Worker one" }).getByText("Online"));
    await page.getByRole("tab", { name: "Queues" }).click();
    await seen(page.getByRole("listitem", { name: "Queue default" }).getByText("Ready"));
  });
  await pages.visit(`${world.praetor.url}/runs/${run.id}`, async (page) => {
    await seen(sentence(page, /^Completed 1 task/));
    await seen(page.getByRole("navigation", { name: "Breadcrumb" }).getByText("steady"));
    await seen(page.getByText("work pool python"));
    await seen(page.getByRole("log").getByText("a worker says LOUD"));
  });
});
