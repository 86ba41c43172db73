import { setTimeout as sleep } from "node:timers/promises";
import { server } from "../src/schema/admin.ts";
import { concurrencyLimits } from "../src/schema/concurrency-limits.ts";
import { deployments } from "../src/schema/deployments.ts";
import { taskRuns } from "../src/schema/task-runs.ts";
import { workPools } from "../src/schema/work-pools.ts";
import { apiRequests, expect, firstRequest, test } from "./fixtures.ts";
import type { Praetor } from "./praetor.ts";

/** No more changes happen: a change would make lists refetch, which is not part of opening a page. */
async function settled({ client }: Praetor): Promise<void> {
  for (let last = -1; ; await sleep(1500)) {
    const { seq } = await client.call(server.info, {});
    if (seq === last) return;
    last = seq;
  }
}

test("a page makes at most six requests when it is opened, and none while idle", async ({
  context,
  lone,
}) => {
  // Two dozen pages.
  test.slow();
  const pipeline = await lone.finish("pipeline");
  const broken = await lone.finish("broken");
  const nested = await lone.finish("nested");
  const voyage = await lone.run("voyage");
  const [task] = await lone.client.call(taskRuns.filter, { flow_runs: { id: { any_: [broken.id] } } });
  await lone.client.call(concurrencyLimits.create, { name: "database", limit: 2 });
  await lone.client.call(workPools.create, { name: "local", type: "process" });
  const deployment = await lone.deploy("pooled", "mine/pooled");
  // Not late before the test ends, which would be a change.
  const tomorrow = new Date(Date.now() + 86_400_000);
  const waiting = await lone.client.call(deployments.createFlowRun, {
    id: deployment.id,
    state: { type: "SCHEDULED", state_details: { scheduled_time: tomorrow } },
  });
  const { flow_id } = waiting;
  await settled(lone);
  const views = {
    Now: "/",
    Runs: "/runs",
    "Runs, durations": "/runs?chart=durations",
    "Runs, filtered": "/runs?q=state%3Afailed",
    "Task runs": "/runs?tab=task-runs",
    "a completed run": `/runs/${pipeline.id}`,
    "its timeline": `/runs/${pipeline.id}?view=timeline&tab=attempts`,
    "a failed run": `/runs/${broken.id}`,
    "a run that is on": `/runs/${voyage.id}`,
    "a task": `/runs/${broken.id}/tasks/${task?.id}?view=tasks`,
    "the error of a task": `/runs/${broken.id}/tasks/${task?.id}?view=history&tab=error`,
    "the tasks of a failed run": `/runs/${broken.id}?view=tasks`,
    "its subflows": `/runs/${nested.id}?view=subflows`,
    "its graph along the axis of time": `/runs/${nested.id}?arrange=time`,
    "a run that waits": `/runs/${waiting.id}?view=tasks&tab=job-variables`,
    Flows: "/flows",
    "a flow": `/flows/${flow_id}`,
    Deployments: "/deployments",
    "a deployment": `/deployments/${deployment.id}`,
    "what comes of it": `/deployments/${deployment.id}?tab=upcoming&side=parameters`,
    Limits: "/capacity",
    "Pools and queues": "/capacity?tab=pools",
    "Work pools": "/work-pools",
    "a work pool": "/work-pools/local",
  };
  const costs: Record<string, string[]> = {};
  const pages = [];
  for (const [name, path] of Object.entries(views)) {
    const page = await context.newPage();
    const requests = apiRequests(page);
    await page.goto(lone.url + path, { waitUntil: "networkidle" });
    await expect(page.getByRole("navigation", { name: "Pages" }).getByRole("status")).toHaveText("Live");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    costs[name] = [...requests];
    pages.push({ name, page });
  }
  const expensive = Object.entries(costs).filter(([, requests]) => requests.length > 6);
  expect(Object.fromEntries(expensive)).toEqual({});
  expect(costs.Runs?.length).toBeGreaterThan(1);

  // All of them concurrently, for longer than any polling interval.
  const silence = await Promise.all(
    pages.map(async ({ name, page }) => [name, await firstRequest(page, 5_000)]),
  );
  expect(silence.filter(([, request]) => request !== "none")).toEqual([]);
});
