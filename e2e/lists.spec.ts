import type { Page } from "@playwright/test";
import { artifacts } from "../src/schema/artifacts.ts";
import { expect, test } from "./fixtures.ts";

const rows = (page: Page) =>
  page
    .getByRole("grid")
    .getByRole("row")
    .filter({ has: page.getByRole("gridcell") });

test("a list is filtered by menus, headers and columns, saved as a view, and restored in another browser", async ({
  page,
  lone,
  stranger,
  browser,
}) => {
  await lone.finish("greet");
  const { name } = await lone.finish("broken");
  await page.goto(`${lone.url}/runs`);
  await expect(rows(page)).toHaveCount(2);

  // By keyboard: the menu of states, its search, and closing it.
  await page.getByRole("button", { name: "Filter by state" }).press("Enter");
  await expect(page.getByRole("combobox", { name: "Search state" })).toBeFocused();
  await page.keyboard.type("fail");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Filter by state: failed" })).toBeFocused();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(name);

  await page.getByRole("button", { name: "Duration", exact: true }).click();
  await expect(page.getByRole("columnheader", { name: "Duration" })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Show Flow" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "Flow", exact: true })).toHaveCount(0);

  await page.getByRole("button", { name: /^Views/ }).click();
  await page.getByRole("menuitem", { name: "Save view as…" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Broken");
  await page.getByRole("switch", { name: /^Share/ }).click();
  await page.getByRole("button", { name: "Save view" }).click();
  await expect(page.getByRole("button", { name: "Views: Broken" })).toBeVisible();

  // The list keeps its filters during visits to other pages.
  await page.getByRole("link", { name: "Flows" }).click();
  await expect(page.getByRole("heading", { name: "Flows" })).toBeVisible();
  await page.getByRole("link", { name: "Runs" }).click();
  await expect(page.getByRole("button", { name: "Filter by state: failed" })).toBeVisible();

  const other = await stranger(browser);
  await other.goto(`${lone.url}/runs`);
  await expect(rows(other)).toHaveCount(2);
  await other.getByRole("button", { name: /^Views/ }).click();
  await other.getByRole("menuitem", { name: /Broken$/ }).click();
  await expect(rows(other)).toHaveCount(1);
  await expect(other.getByRole("columnheader", { name: "Flow", exact: true })).toHaveCount(0);

  // Filters without an index are searched on the server, which reports its progress.
  await other.goto(`${lone.url}/runs?q=dur%3A%3C1h`);
  await expect(other.getByText(/Searched all 2 runs/)).toBeVisible();
});

test("runs are grouped with true counts, opened, narrowed to a group, and the grouping is in the address", async ({
  page,
  lone,
}) => {
  const greeted = await lone.finish("greet");
  await lone.finish("broken");
  await lone.finish("broken");
  const line = (name: RegExp) => page.getByRole("row").filter({ has: page.getByRole("button", { name }) });
  await page.goto(`${lone.url}/runs`);
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole("button", { name: "Group", exact: true }).click();
  await page.getByRole("menuitem", { name: "State" }).click();
  await expect(rows(page)).toHaveCount(2);
  await expect(line(/^Expand Failed/)).toContainText("2 runs");
  await expect(page).toHaveURL(/group=state/);

  // By keyboard: open, go to a row, choose it, and close the group.
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(rows(page)).toHaveCount(4);
  await expect(page).toHaveURL(/open=FAILED/);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByRole("toolbar")).toContainText("1 selected");
  await page.keyboard.press("Escape");
  await page.keyboard.press("k");
  await page.keyboard.press("ArrowLeft");
  await expect(rows(page)).toHaveCount(2);

  // What happens meanwhile is counted, and the address alone opens the same groups.
  await page.goto(`${lone.url}/runs?group=flow`);
  await expect(line(/^Expand greet/)).toContainText("1 run");
  await lone.finish("greet");
  await expect(line(/^Expand greet/)).toContainText("2 runs");
  await page.getByRole("button", { name: "Show only these: greet" }).click();
  await expect(page).toHaveURL(/q=flow/);
  await expect(page).not.toHaveURL(/group=/);
  await expect(rows(page)).toHaveCount(2);

  // What runs have put out has a column by its path, and flows are sorted by their last run.
  await lone.client.call(artifacts.create, {
    ...{ key: "report", type: "table", data: { rows: [7] }, flow_run_id: greeted.id },
  });
  await page.goto(`${lone.url}/runs`);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("textbox", { name: "Output" }).fill("report.rows.0");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "report.rows.0" })).toBeVisible();
  await expect(rows(page).filter({ hasText: greeted.name }).getByRole("gridcell").last()).toHaveText("7");
  await page.goto(`${lone.url}/flows`);
  await page.getByRole("button", { name: "Last run", exact: true }).click();
  await expect(rows(page).first()).toContainText("greet");
});
