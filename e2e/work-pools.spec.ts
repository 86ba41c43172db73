import { flows } from "../src/schema/flows.ts";
import { workPools } from "../src/schema/work-pools.ts";
import { workQueues } from "../src/schema/work-queues.ts";
import { violations } from "./axe-violations.ts";
import { expect, test } from "./fixtures.ts";

test("a pool gets queues, a worker takes a run of it, and its deletion says what goes with it", async ({
  page,
  lone,
}) => {
  await lone.client.call(workPools.create, { name: "local", type: "process" });
  const { id } = await lone.deploy("pooled", "mine/pooled");
  await page.goto(`${lone.url}/work-pools`);
  await page.getByRole("link", { name: "local" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("No worker online");
  await expect(page.getByText("praetor worker start --pool local").first()).toBeVisible();

  // A queue: created, edited, paused.
  await page.getByRole("tab", { name: "Queues" }).click();
  await page.getByRole("button", { name: "New queue" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("urgent");
  await dialog.getByLabel("Priority").fill("1");
  await dialog.getByRole("button", { name: "Create queue" }).click();
  const urgent = page.getByRole("listitem", { name: "Queue urgent" });
  await expect(urgent).toContainText("no limit");
  await urgent.getByRole("button", { name: "More actions on queue urgent" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await dialog.getByLabel("Limit").fill("2");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(urgent).toContainText("0 of 2 runs");
  await urgent.getByRole("button", { name: "Pause queue urgent" }).click();
  await expect(urgent).toContainText("Paused");
  expect(await lone.client.call(workQueues.read, { pool: "local", name: "urgent" })).toMatchObject({
    ...{ priority: 1, concurrency_limit: 2, is_paused: true },
  });
  expect(await violations(page)).toEqual([]);

  // A run waits, a worker comes and takes it: the page follows by itself.
  const run = await lone.ask(id);
  await page.getByRole("tab", { name: "Upcoming" }).click();
  await expect(page.getByRole("row").filter({ hasText: run.name })).toBeVisible();
  await page.getByRole("tab", { name: "Workers" }).click();
  await lone.work("local");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Ready: 1 worker online", {
    timeout: 30_000,
  });
  await expect(page.getByRole("listitem", { name: /^Worker / })).toContainText(run.name, { timeout: 30_000 });
  expect(await violations(page)).toEqual([]);
  await page.getByRole("tab", { name: "Deployments" }).click();
  await expect(page.getByRole("button", { name: "Run pooled" })).toBeVisible();
  await page.getByRole("tab", { name: "Runs" }).click();
  await expect(page.getByRole("row").filter({ hasText: run.name })).toBeVisible();

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(dialog).toContainText("Queues deleted");
  await expect(
    dialog.getByText("Deployments", { exact: true }).locator("xpath=following-sibling::dd[1]"),
  ).toHaveText("1");
  await dialog.getByRole("button", { name: "Delete 1 work pool" }).click();
  await expect(page).toHaveURL(/\/work-pools$/);
  await expect(page.getByText("No work pools yet")).toBeVisible();
});

test("the list of pools is worked by keyboard and palette, and is accessible", async ({ page, lone }) => {
  await lone.client.call(flows.create, { name: "load" });
  for (const name of ["etl", "gpu", "reports"])
    await lone.client.call(workPools.create, { name, type: name === "gpu" ? "kubernetes" : "process" });
  await lone.client.call(workQueues.create, { pool: "gpu", name: "batch-nights" });
  await page.goto(lone.url);
  await expect(page.getByRole("heading", { name: "Now", level: 1 })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("w");
  const grid = page.getByRole("grid", { name: "Work pools" });
  await expect(grid.getByRole("row")).toHaveCount(4);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("/");
  await page.keyboard.type("type:kubernetes");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 match, 2 hidden by filter")).toBeVisible();

  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("ch-night");
  await page.getByRole("option", { name: /batch-nights/ }).click();
  await expect(page).toHaveURL(/\/work-pools\/gpu\?tab=queues&queue=batch-nights$/);
  await expect(page.getByRole("listitem", { name: "Queue batch-nights" })).toBeVisible();
  await page.goBack();
  await expect(page.getByText("1 match, 2 hidden by filter")).toBeVisible();
});
