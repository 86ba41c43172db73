import { deployments } from "../src/schema/deployments.ts";
import { flows } from "../src/schema/flows.ts";
import { workPools } from "../src/schema/work-pools.ts";
import { violations } from "./axe-violations.ts";
import { apiRequests, expect, test } from "./fixtures.ts";
import type { Praetor } from "./praetor.ts";

/** Deployments of one pool that all fire at the same time, and one that fires hourly in another zone. */
async function deployAll({ client }: Praetor, nightly: number): Promise<void> {
  const { id: flow_id } = await client.call(flows.create, { name: "etl" });
  await client.call(workPools.create, { name: "batch", type: "process", concurrency_limit: 2 });
  for (let n = 1; n <= nightly; n++)
    await client.call(deployments.create, {
      ...{ flow_id, name: `nightly-${n}`, work_pool_name: "batch", tags: ["night"] },
      schedules: [{ schedule: { cron: "0 2 * * *", timezone: "UTC" } }],
    });
  await client.call(deployments.create, {
    ...{ flow_id, name: "hourly" },
    schedules: [{ schedule: { cron: "5 * * * *", timezone: "Asia/Kathmandu" } }],
  });
}

test("schedules of all deployments are listed, filtered, paused in bulk and until a time, and resumed", async ({
  page,
  lone,
}) => {
  await page.goto(`${lone.url}/schedules`);
  await expect(page.getByRole("heading", { name: "No schedules yet" })).toBeVisible();
  await deployAll(lone, 3);
  const requests = apiRequests(page);
  await page.goto(`${lone.url}/schedules`);
  const rows = page.getByRole("grid", { name: "Schedules" }).getByRole("row");
  await expect(rows).toHaveCount(5);
  expect(requests.length).toBeLessThanOrEqual(6);
  const hourly = rows.filter({ hasText: "hourly" });
  await expect(hourly).toContainText("Asia/Kathmandu");
  expect(await violations(page)).toEqual([]);

  // Filters are in the address.
  await page.getByRole("combobox", { name: /schedules/i }).fill("tag:night fires:24h");
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(4);
  await expect(page).toHaveURL(/q=tag/);

  await page.getByRole("checkbox", { name: "Select all loaded schedules" }).check();
  const bar = page.getByRole("toolbar", { name: "Actions on the selected schedules" });
  await bar.getByRole("button", { name: "Pause", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("nightly-1, nightly-2, nightly-3");
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Pause 3 schedules" }).click();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await page.goto(`${lone.url}/schedules?q=active:no`);
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toContainText("Paused");

  // Paused until a time: the server resumes it then.
  await rows
    .nth(1)
    .getByRole("button", { name: /^Actions on nightly-1/ })
    .click();
  await page.getByRole("menuitem", { name: "Pause until…" }).click();
  await dialog.getByRole("textbox", { name: "Delay" }).fill("3s");
  await dialog.getByRole("button", { name: "Pause 1 schedule" }).click();
  await expect(page.getByText("Paused the schedule")).toBeVisible();
  await page.goto(`${lone.url}/schedules?q=deployment:nightly-1`);
  await expect(rows.nth(1)).not.toContainText("Paused", { timeout: 20_000 });

  await page.goto(`${lone.url}/schedules?q=deployment:nightly-2`);
  await rows.nth(1).getByRole("switch").click();
  await expect(rows.nth(1)).not.toContainText("Paused");
});

test("a schedule is added to a chosen deployment, edited with 50 fires in sight, and deleted", async ({
  page,
  lone,
}) => {
  await deployAll(lone, 1);
  await page.goto(`${lone.url}/schedules`);
  const rows = page.getByRole("grid", { name: "Schedules" }).getByRole("row");
  await expect(rows).toHaveCount(3);
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder(/^Run, deployment/).fill("new sched");
  await page.getByRole("option", { name: "New schedule" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add a schedule" });
  await dialog.getByRole("combobox", { name: "Search deployments" }).fill("hour");
  await expect(dialog.getByRole("option")).toHaveCount(1);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Enter");
  const editor = page.getByRole("dialog", { name: "Add a schedule" });
  await expect(editor.getByRole("table", { name: "Next 50 fires" }).getByRole("row")).toHaveCount(51);
  await editor.getByLabel("Cron", { exact: true }).fill("30 9 * * 1-5");
  await editor.getByRole("button", { name: "Add schedule" }).click();
  await expect(editor).toBeHidden();
  const added = rows.filter({ hasText: "Every weekday at 09:30" });
  await expect(added).toContainText("hourly");

  await added.getByRole("button", { name: /^Actions on/ }).click();
  await page.getByRole("menuitem", { name: "Edit schedule" }).click();
  await page
    .getByRole("dialog", { name: "Edit schedule" })
    .getByLabel("Cron", { exact: true })
    .fill("0 7 1 * *");
  await page.getByRole("button", { name: "Save schedule" }).click();
  const edited = rows.filter({ hasText: "07:00" });
  await expect(edited).toHaveCount(1);
  await edited.getByRole("button", { name: /^Actions on/ }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete 1 schedule" }).click();
  await expect(rows).toHaveCount(3);
});

test("a week of all fires: shortages in sentences, clock changes, a second zone, and another week", async ({
  page,
  lone,
}) => {
  const { id: flow_id } = await lone.client.call(flows.create, { name: "etl" });
  await lone.client.call(workPools.create, { name: "batch", type: "process", concurrency_limit: 2 });
  const schedules = [{ schedule: { cron: "30 2 * * *", timezone: "Europe/Berlin" } }];
  for (const name of ["one", "two", "three"])
    await lone.client.call(deployments.create, { flow_id, name, schedules, work_pool_name: "batch" });
  await page.goto(`${lone.url}/schedules?tab=week&week=2027-03-24`);
  const notes = page.getByRole("list", { name: "Notes on this week" });
  await expect(notes).toContainText(/Every day 01:30 needs 3 slots, batch has 2/);
  await expect(notes).toContainText("02:30 does not exist");
  await expect(page.getByRole("heading", { name: "22 Mar – 28 Mar 2027" })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "21 fires" })).toBeVisible();
  const monday = page.getByRole("region", { name: "Mon 22 Mar" });
  const fire = monday.getByRole("link", { name: "one of etl, 01:30 UTC, 02:30 Europe/Berlin" });
  await expect(fire).toBeVisible();
  await expect(
    monday.getByRole("img", { name: "At most 3 slots wanted at once, 2 available" }),
  ).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Next week" }).click();
  await expect(page).toHaveURL(/week=2027-03-29/);
  // Summer time: an hour earlier in UTC.
  await page
    .getByRole("region", { name: "Mon 29 Mar" })
    .getByRole("link", { name: /^one of etl, 00:30 UTC/ })
    .click();
  await expect(page).toHaveURL(/\/deployments\//);
  await page.goBack();
  await expect(page.getByRole("heading", { name: "29 Mar – 4 Apr 2027" })).toBeVisible();
});
