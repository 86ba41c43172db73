import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { logs } from "../src/schema/logs.ts";
import { apiRequests, expect, firstRequest, sameDocument, test } from "./fixtures.ts";
import { sentence } from "./run-page.ts";

test("a run is watched on its page from running to completed, without a reload and without polling", async ({
  page,
  praetor,
}) => {
  const voyage = await praetor.run("voyage");
  await page.goto(`${praetor.url}/runs/${voyage.id}`);
  await expect(sentence(page, "Running, 0 of 1 task done")).toBeVisible();
  const isSame = await sameDocument(page);
  const log = page.getByRole("log");
  await expect(log).toContainText("bound for Lisbon");
  await expect(page).toHaveTitle(/voyage/);

  // The first leg continues until the test ends it: long enough to detect polling.
  await page.waitForLoadState("networkidle");
  expect(await firstRequest(page, 4_000)).toBe("none");

  const requests = apiRequests(page);
  voyage.writeLine("land");
  await expect(sentence(page, "Running, 1 of 2 tasks done")).toBeVisible();
  await expect(log).toContainText("arrived in Lisbon");
  await expect(log).toContainText("bound for Madeira");

  voyage.writeLine("land");
  await expect(sentence(page, /^Completed 2 tasks in/)).toBeVisible();
  expect(await voyage.done).toBe(0);
  expect(await isSame()).toBe(true);
  // Rows and lines came over the live channel; nothing on the screen was refetched.
  expect(requests).toEqual([]);
});

test("a run appears in the list without a reload and is updated there until it has completed", async ({
  page,
  praetor,
}) => {
  await praetor.sample("greet");
  await page.goto(`${praetor.url}/runs`);
  await expect(page.getByRole("row", { name: /Completed .* greet/ }).first()).toBeVisible();
  const isSame = await sameDocument(page);

  const voyage = await praetor.run("voyage");
  const row = page.getByRole("row").filter({ hasText: voyage.name });
  await expect(row).toContainText("Running");
  await expect(row).toContainText("voyage");
  voyage.writeLine("land");
  voyage.writeLine("land");
  await expect(row).toContainText("Completed");
  expect(await isSame()).toBe(true);
});

test("the page of a waiting run shows it start and complete", async ({ page, praetor }) => {
  const { client } = praetor;
  const { id: flow_id } = await client.call(flows.create, { name: "foreign" });
  const { id } = await client.call(flowRuns.create, { flow_id, state: { type: "PENDING" } });
  await page.goto(`${praetor.url}/runs/${id}`);
  await expect(sentence(page, /^Pending/)).toBeVisible();
  const isSame = await sameDocument(page);
  await client.call(flowRuns.setState, { id, state: { type: "RUNNING" } });
  await expect(sentence(page, "Running, no tasks yet")).toBeVisible();
  await client.call(flowRuns.setState, { id, state: { type: "COMPLETED" } });
  await expect(sentence(page, /^Completed in/)).toBeVisible();
  expect(await isSame()).toBe(true);
});

test("a growing log is followed, unless the user scrolls up", async ({ page, praetor }) => {
  const { client } = praetor;
  const { id: flow_id } = await client.call(flows.create, { name: "talker" });
  const { id: flow_run_id } = await client.call(flowRuns.create, { flow_id, state: { type: "RUNNING" } });
  let written = 0;
  const write = async (count: number) => {
    const lines = Array.from({ length: count }, () => {
      written += 1;
      // Long enough to wrap, so that its height is only known once it is rendered.
      return { name: "talker", level: 20, message: `line ${written} ${"and so on ".repeat(written % 9)}` };
    });
    const timestamp = new Date().toISOString();
    await client.call(logs.create, { logs: lines.map((line) => ({ ...line, timestamp, flow_run_id })) });
  };
  await write(80);
  await page.goto(`${praetor.url}/runs/${flow_run_id}`);
  const log = page.getByRole("log");
  const last = () => log.getByText(new RegExp(`^line ${written} `));
  await expect(last()).toBeInViewport();

  // Faster than the page renders: lines arrive between a scroll and its event.
  for (let batch = 0; batch < 150; batch += 1) await write(4);
  await expect(last()).toBeInViewport();
  await expect(page.getByRole("button", { name: /below$/ })).toHaveCount(0);

  await log.hover();
  await page.mouse.wheel(0, -800);
  await expect(last()).not.toBeInViewport();
  await write(3);
  await page.getByRole("button", { name: "3 new lines below" }).click();
  await expect(last()).toBeInViewport();
});
