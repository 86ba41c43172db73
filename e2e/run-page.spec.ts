import type { Page } from "@playwright/test";
import { violations } from "./axe-violations.ts";
import { expect, test } from "./fixtures.ts";
import { sentence } from "./run-page.ts";

const picture = (page: Page) => page.getByRole("region", { name: "Tasks of the run" });
const details = (page: Page) => page.getByRole("region", { name: "Details" });
const heightOf = async (page: Page) => (await picture(page).boundingBox())?.height ?? 0;

test("the graph and the details share the page as set by the divider, and the position is remembered", async ({
  page,
  praetor,
}) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(pipeline.name);
  await expect(sentence(page, /^Completed 11 tasks in/)).toBeVisible();
  await expect(picture(page).getByText("extract-0", { exact: true })).toBeVisible();

  // By keyboard.
  const divider = page.getByRole("separator", { name: "Height of the picture" });
  await expect(divider).toHaveAttribute("aria-valuenow", "55");
  const before = await heightOf(page);
  await divider.focus();
  await page.keyboard.press("ArrowUp");
  await expect(divider).toHaveAttribute("aria-valuenow", "53");
  await page.keyboard.press("Home");
  await expect(divider).toHaveAttribute("aria-valuenow", "15");
  await page.keyboard.press("End");
  await expect(divider).toHaveAttribute("aria-valuenow", "85");
  expect(await heightOf(page)).toBeGreaterThan(before);

  // By pointer.
  const box = await divider.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 4);
  await page.mouse.down();
  await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) - 300, { steps: 5 });
  await page.mouse.up();
  const share = Number(await divider.getAttribute("aria-valuenow"));
  expect(share).toBeLessThan(60);
  await page.reload();
  await expect(divider).toHaveAttribute("aria-valuenow", String(share));

  // Side by side by choice; automatically on a wide screen.
  await page.getByRole("button", { name: "Put the details beside" }).click();
  await expect(page.getByRole("separator", { name: "Width of the picture" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Put the details below" }).click();
  await expect(divider).toBeVisible();
  await page.evaluate(() => localStorage.removeItem("praetor-run-panes"));
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.reload();
  await expect(page.getByRole("separator", { name: "Width of the picture" })).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole("separator")).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test("the graph fills the window with f, and is collapsed when it is empty", async ({ page, praetor }) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  await expect(picture(page).getByText("extract-0", { exact: true })).toBeVisible();
  await page.keyboard.press("f");
  await expect(details(page)).toHaveCount(0);
  await expect(page.getByRole("navigation", { name: "Pages" })).toBeHidden();
  await expect.poll(() => heightOf(page)).toBeGreaterThanOrEqual((page.viewportSize()?.height ?? 0) - 1);
  await page.keyboard.press("Escape");
  await expect(details(page)).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Pages" })).toBeVisible();

  await page.getByRole("button", { name: "Collapse" }).click();
  await expect(picture(page).getByText("extract-0", { exact: true })).toHaveCount(0);
  await page.getByRole("tab", { name: "Timeline" }).click();
  await expect(
    picture(page)
      .getByText(/^extract-0/)
      .first(),
  ).toBeVisible();
});

test("the header links to a list of failed tasks, a task is selected in it, and history leads to other runs", async ({
  page,
  praetor,
}) => {
  const first = await praetor.sample("broken");
  await page.goto(`${praetor.url}/runs/${first.id}`);
  await page.getByRole("link", { name: "1 of 3 tasks failed" }).click();
  const grid = page.getByRole("grid", { name: "Task runs" });
  await expect(grid.getByRole("row")).toHaveCount(2);
  await grid.getByText("load-record-2").click();
  await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]{36}\?view=tasks&state=failed$/);
  await expect(details(page).getByRole("log")).toContainText("cannot be loaded");
  expect(await violations(page)).toEqual([]);

  await details(page).getByRole("tab", { name: "Error" }).click();
  await expect(details(page).getByRole("region", { name: "Cause" })).toContainText("expected a number");
  await details(page).getByRole("tab", { name: "Related" }).click();
  await expect(details(page).getByRole("region", { name: "Waited for", exact: true })).toBeVisible();
  await details(page).getByRole("button", { name: "Show the whole run" }).click();
  await details(page).getByRole("tab", { name: "Events" }).click();
  await expect(details(page).getByRole("list", { name: "Events, newest first" })).toContainText(
    "prefect.flow-run.Failed",
  );
  expect(await violations(page)).toEqual([]);

  await page.getByRole("tab", { name: "History" }).click();
  const history = page.getByRole("grid", { name: "Tasks of the latest runs" });
  await expect(history.getByRole("rowheader", { name: "load-record" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  // By keyboard, from the run to its failed task.
  await history.getByRole("link").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]{36}$/);
});
