import { deployments } from "../src/schema/deployments.ts";
import { flows } from "../src/schema/flows.ts";
import { workPools } from "../src/schema/work-pools.ts";
import { violations } from "./axe-violations.ts";
import { expect, test } from "./fixtures.ts";
import { sentence } from "./run-page.ts";

test("a served deployment runs on its schedule, follows a change of it, and stops when paused", async ({
  page,
  lone,
}) => {
  await page.goto(`${lone.url}/deployments`);
  await expect(page.getByRole("heading", { name: "No deployments yet" })).toBeVisible();

  // It appears in the list without a reload.
  await lone.serve("served", "report/sales");
  const row = page.getByRole("row").filter({ hasText: "sales" });
  await expect(row).toContainText("Every 4 seconds");
  await row.getByRole("link", { name: "sales" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Runs every 4 seconds");
  const completed = page.getByRole("row").filter({ hasText: "Completed" });
  await expect.poll(() => completed.count(), { timeout: 30_000 }).toBeGreaterThan(1);

  // A different schedule, as previewed by the editor.
  await page.getByRole("tab", { name: "Upcoming" }).click();
  const upcoming = page.getByRole("grid", { name: "Upcoming runs" });
  await expect(upcoming.getByRole("button", { name: /^Skip / }).first()).toBeVisible();
  await page.getByRole("button", { name: "Edit: Every 4 seconds" }).click();
  const editor = page.getByRole("dialog");
  await editor.getByRole("button", { name: "Cron" }).click();
  await editor.getByLabel("Cron", { exact: true }).fill("75 9 * * *");
  await expect(editor.getByText(/minute: expected .*75/)).toBeVisible();
  await editor.getByLabel("Cron", { exact: true }).fill("30 9 * * 1-5");
  await editor.getByRole("button", { name: "Save schedule" }).click();
  await expect(editor).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Runs every weekday at 09:30");
  // Preceded by a date when that is not today.
  await expect(upcoming.getByRole("row").nth(1)).toContainText(/\b09:30\b/);

  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Pause/ })
    .click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Paused: nothing is scheduled");
  await expect(page.getByRole("heading", { name: "No upcoming runs", exact: true })).toBeVisible();
});

test("a run with edited parameters: invalid values are reported before it is sent", async ({
  page,
  lone,
}) => {
  const { id } = await lone.serve("served", "report/sales");
  await page.goto(`${lone.url}/deployments/${id}`);
  await page.getByRole("button", { name: "Run with…" }).click();
  const dialog = page.getByRole("dialog", { name: "Run sales" });
  await dialog.getByLabel("region").selectOption("south");
  await dialog.getByRole("textbox", { name: "days" }).fill("42");
  await dialog.getByRole("button", { name: "Run", exact: true }).click();
  await expect(dialog.getByText("expected a whole number from 1 to 31, got 42")).toBeVisible();
  await expect(dialog.getByRole("textbox", { name: "days" })).toBeFocused();
  await dialog.getByRole("textbox", { name: "days" }).fill("14");
  await dialog.getByRole("button", { name: "Run", exact: true }).click();

  await page.getByRole("button", { name: "Open" }).click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(sentence(page, /^Completed/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("report of 14 days in the south")).toBeVisible();
});

test("a deployment gets job variables by the form of its pool, and is duplicated with its schedules paused", async ({
  page,
  lone: { url, client },
}) => {
  const { id: flow_id } = await client.call(flows.create, { name: "etl" });
  const variables = {
    properties: {
      image: { type: "string", title: "Image", default: "node:24" },
      cpu: { type: "integer", title: "CPU", minimum: 1 },
    },
    required: ["image"],
  };
  const base_job_template = { job_configuration: { image: "{{ image }}", cpu: "{{ cpu }}" }, variables };
  await client.call(workPools.create, { name: "k8s", type: "kubernetes", base_job_template });
  const { id } = await client.call(deployments.create, {
    ...{ flow_id, name: "nightly", work_pool_name: "k8s", tags: ["prod"], parameters: { day: 1 } },
    ...{ version: "1.4.2", description: "Loads **orders**", concurrency_limit: 2 },
    schedules: [{ schedule: { cron: "0 2 * * *", timezone: "UTC" }, slug: "night" }],
  });
  await page.goto(`${url}/deployments/${id}?side=configuration`);
  await expect(page.locator("strong", { hasText: "orders" })).toBeVisible();
  await page.getByRole("button", { name: "Edit job variables" }).click();
  const dialog = page.getByRole("dialog", { name: "Job variables of nightly" });
  await dialog.getByLabel("CPU").first().fill("0");
  await dialog.getByRole("button", { name: "Save job variables" }).click();
  await expect(dialog.getByText(/expected .*1.*got 0/)).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("textbox", { name: "cpu" }).fill("4");
  await dialog.getByRole("button", { name: "Save job variables" }).click();
  await expect(dialog).toBeHidden();
  expect((await client.call(deployments.read, { id })).job_variables).toEqual({ cpu: 4 });

  // Automations and versions have their places, and say what would fill them.
  await page.getByRole("tab", { name: "Automations" }).click();
  await expect(page.getByRole("link", { name: "Add an automation" })).toHaveAttribute("href", new RegExp(id));
  await page.getByRole("tab", { name: "Versions" }).click();
  await expect(page.getByText("New runs get version 1.4.2")).toBeVisible();

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Duplicate…" }).click();
  const copy = page.getByRole("dialog", { name: "Duplicate nightly" });
  await copy.getByLabel("Name of the copy").fill("nightly");
  await copy.getByRole("button", { name: "Duplicate deployment" }).click();
  await expect(copy.getByText("the flow has a deployment named nightly already")).toBeVisible();
  await copy.getByLabel("Name of the copy").fill("weekly");
  await copy.getByRole("button", { name: "Duplicate deployment" }).click();
  await expect(page).not.toHaveURL(new RegExp(id));
  await expect(page.getByText("Not active")).toBeVisible();
  const made = await client.call(deployments.readByName, { flow_name: "etl", deployment_name: "weekly" });
  expect(made).toMatchObject({
    ...{ work_pool_name: "k8s", tags: ["prod"], parameters: { day: 1 }, version: "1.4.2" },
    ...{ description: "Loads **orders**", job_variables: { cpu: 4 } },
    global_concurrency_limit: { limit: 2 },
    schedules: [{ schedule: { cron: "0 2 * * *" }, slug: "night", active: false }],
  });
});
