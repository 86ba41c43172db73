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
