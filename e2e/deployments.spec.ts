import { deployments } from "../src/schema/deployments.ts";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { violations } from "./axe-violations.ts";
import { expect, test } from "./fixtures.ts";
import type { Praetor } from "./praetor.ts";

const schema = {
  type: "object",
  required: ["region"],
  properties: {
    region: { type: "string", title: "region", enum: ["eu", "us"] },
    batch: { type: "integer", title: "batch", minimum: 1, default: 10 },
  },
};

/** A deployment with a schedule, polled by a process just now. */
async function deploy({ client }: Praetor, name: string): Promise<string> {
  const { id: flow_id } = await client.call(flows.create, { name: "etl" });
  const { id } = await client.call(deployments.create, {
    ...{ flow_id, name, tags: ["prod"], parameters: { region: "eu" }, parameter_openapi_schema: schema },
    schedules: [{ schedule: { cron: "0 9 * * 1-5", timezone: "America/New_York" } }],
    concurrency_limit: 2,
  });
  await client.call(deployments.scheduledRuns, { deployment_ids: [id] });
  return id;
}

test("the lists of deployments and flows are accessible", async ({ page, lone }) => {
  await page.goto(`${lone.url}/deployments`);
  await expect(page.getByRole("heading", { name: "No deployments yet" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await deploy(lone, "nightly");
  await lone.client.call(deployments.update, { id: await deploy(lone, "manual"), paused: true });
  await page.getByRole("checkbox", { name: "Select nightly" }).check();
  await expect(page.getByRole("toolbar")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${lone.url}/flows`);
  await page.getByRole("link", { name: "etl" }).click();
  await expect(page.getByRole("region", { name: "Deployments" })).toContainText("nightly");
  expect(await violations(page)).toEqual([]);
});

test("the page of a deployment is accessible, with each of its panes", async ({ page, lone }) => {
  const id = await deploy(lone, "nightly");
  for (const search of ["?tab=upcoming", "?side=parameters", "?side=configuration"]) {
    await page.goto(`${lone.url}/deployments/${id}${search}`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Runs every weekday at 09:00");
    await expect(page.getByRole("tabpanel").first()).toContainText(/America|No runs/);
    expect(await violations(page)).toEqual([]);
  }
});

test("the dialogs of a deployment are accessible", async ({ page, lone }) => {
  const id = await deploy(lone, "nightly");
  await page.goto(`${lone.url}/deployments/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const dialogs = { r: "Run nightly", e: "Edit nightly", p: "Pause nightly", a: "Add a schedule" };
  for (const [key, name] of Object.entries(dialogs)) {
    await page.keyboard.press(key);
    await expect(page.getByRole("dialog", { name })).toBeVisible();
    await expect(page.getByRole("dialog").getByRole("status", { name: /Loading/ })).toHaveCount(0);
    expect(await violations(page, "[role=dialog]")).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
});

test("by keyboard, a deployment is found, run with another parameter, and paused", async ({ page, lone }) => {
  const id = await deploy(lone, "nightly");
  await page.goto(lone.url);
  await expect(page.getByRole("heading", { name: "Now", level: 1 })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page.getByRole("row").filter({ hasText: "nightly" })).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${lone.url}/deployments/${id}`);
  await expect(page.getByRole("heading", { name: /^Runs every weekday/ })).toBeVisible();

  await page.keyboard.press("r");
  const batch = page.getByRole("dialog").getByRole("textbox", { name: "batch" });
  await expect(batch).toBeVisible();
  while (!(await batch.evaluate((field) => field === document.activeElement)))
    await page.keyboard.press("Tab");
  await page.keyboard.type("0");
  await page.keyboard.press("Enter");
  await expect(batch).toHaveAttribute("aria-invalid", "true");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("25");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect
    .poll(async () => {
      const runs = await lone.client.call(flowRuns.filter, {
        flow_runs: { deployment_id: { any_: [id] } },
      });
      return runs.filter((run) => !run.auto_scheduled).map((run) => run.parameters);
    })
    .toEqual([{ region: "eu", batch: 25 }]);

  await page.keyboard.press("p");
  await page.getByRole("dialog").getByRole("button", { name: "Pause 1 deployment" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Paused: nothing is scheduled" })).toBeVisible();
});

test("a flow shows its runs by task and by version, and is deleted with all that belongs to it", async ({
  page,
  lone,
}) => {
  const run = await lone.finish("pipeline");
  const { flow_id } = await lone.client.call(flowRuns.read, { id: run.id });
  await lone.client.call(deployments.create, { flow_id, name: "nightly" });
  await lone.client.call(flows.create, { name: "unused-1" });
  await lone.client.call(flows.create, { name: "unused-2" });
  await page.goto(`${lone.url}/flows/${flow_id}?tab=tasks`);
  const grid = page.getByRole("grid", { name: "Tasks of the latest runs" });
  await expect(grid.getByRole("columnheader").nth(1)).toBeVisible();
  await expect(grid.getByRole("row").nth(1)).toBeVisible();
  await page.getByRole("tab", { name: "Versions" }).click();
  await expect(page.getByRole("row").nth(1)).toContainText(/1/);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete flow" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("nightly");
  await expect(dialog).toContainText(/Runs\s*1/);
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Delete 1 flow" }).click();
  await expect(page).toHaveURL(/\/flows$/);

  // In bulk, from the list.
  await page.getByRole("checkbox", { name: "Select all loaded flows" }).check();
  await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
  await expect(dialog).toContainText("unused-1, unused-2");
  await dialog.getByRole("button", { name: "Delete 2 flows" }).click();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByRole("heading", { name: "No flows yet" })).toBeVisible();
  expect(await lone.client.call(flowRuns.count, {})).toBe(0);
});
