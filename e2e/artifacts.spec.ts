import type { Page } from "@playwright/test";
import { artifacts } from "../src/schema/artifacts.ts";
import { violations } from "./axe-violations.ts";
import { apiRequests, expect, test } from "./fixtures.ts";
import type { Praetor } from "./praetor.ts";

const writer =
  ({ client }: Praetor, flow_run_id: string) =>
  (key: string | undefined, type: string, data: unknown, description?: string) =>
    client.call(artifacts.create, { key, type, data, description, flow_run_id });

const versions = (page: Page) =>
  page
    .getByRole("grid", { name: "Versions" })
    .getByRole("row")
    .filter({ has: page.getByRole("gridcell") });

const table = (...sales: number[]) =>
  JSON.stringify(
    sales.map((count, at) => ({
      region: ["eu", "us", "asia", "africa", "oceania", "moon"][at],
      sales: count,
    })),
  );

test("artifacts are found as cards and as a list, and a key shows its versions and what changed between two", async ({
  page,
  lone,
}) => {
  const run = await lone.finish("greet");
  const write = writer(lone, run.id);
  await write(
    "report",
    "markdown",
    "# Rain of May\n\n- 12 days\n- none of them dry\n",
    "Written **monthly**",
  );
  await write("sales", "table", table(3, 20, 9, 4, 1, 0));
  await write("sales", "table", table(3, 100, 9, 4, 1, 0));
  await write(
    "report",
    "markdown",
    "# Rain of June\n\n- 2 days\n- none of them dry\n",
    "Written **monthly**",
  );
  const loose = await write(undefined, "markdown", "Without a key");
  const bar = await write("load", "progress", 25);

  const requests = apiRequests(page);
  await page.goto(`${lone.url}/artifacts`);
  const card = page.getByRole("article", { name: "report" });
  await expect(card.getByText("Rain of June")).toBeVisible();
  await expect(card.getByRole("link", { name: run.name })).toBeVisible();
  await expect(page.getByText("3 artifacts")).toBeVisible();
  expect(requests.filter((request) => !request.includes("/live")).length).toBeLessThanOrEqual(6);
  expect(await violations(page)).toEqual([]);

  // Progress moves while one looks.
  const progress = page.getByRole("article", { name: "load" }).getByRole("progressbar");
  await expect(progress).toHaveAttribute("aria-valuenow", "25");
  await lone.client.call(artifacts.update, { id: bar.id, data: 75 });
  await expect(progress).toHaveAttribute("aria-valuenow", "75");

  await page.getByRole("button", { name: "List", exact: true }).click();
  await page.getByRole("button", { name: "Filter by type" }).click();
  await page.getByRole("option", { name: "table" }).click();
  await page.keyboard.press("Escape");
  const grid = page.getByRole("grid", { name: "Artifacts" });
  await expect(grid.getByRole("row").filter({ has: page.getByRole("gridcell") })).toHaveCount(1);
  await expect(grid.getByText("6 rows: region, sales")).toBeVisible();
  await grid.getByRole("link", { name: "sales" }).click();

  // A table is sorted by its columns, numbers by their value, and searched.
  await expect(page).toHaveURL(/\/artifacts\/key\/sales$/);
  await expect(versions(page)).toHaveCount(2);
  const artifact = page.getByRole("article", { name: "Artifact" });
  await expect(artifact.getByText("Written by")).toContainText(run.name);
  await artifact.getByRole("button", { name: "sales" }).click();
  await expect(artifact.getByRole("row").nth(1)).toContainText("moon");
  await artifact.getByRole("button", { name: "sales" }).click();
  await expect(artifact.getByRole("row").nth(1)).toContainText("us100");
  await artifact.getByRole("textbox", { name: "Search the table" }).fill("asia");
  await expect(artifact.getByText("1 of 6 rows")).toBeVisible();
  await page.getByRole("button", { name: "Compare with previous" }).click();
  const comparison = page.getByRole("region", { name: "Comparison" });
  await expect(comparison.getByText("1 row changed")).toBeVisible();
  await expect(comparison.getByRole("row").nth(1)).toContainText(/us\s*20\s*100/);

  // By keyboard: the palette finds a key by a part of its name, d compares, the address brings the same back.
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder(/Run, deployment/).fill("repo");
  await page.getByRole("option", { name: /^report/ }).click();
  await expect(artifact.getByText("Rain of June")).toBeVisible();
  await expect(page).toHaveTitle(/^report · Artifacts/);
  await page.keyboard.press("d");
  await expect(comparison.getByText("2 lines added, 2 removed")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await expect(comparison.getByText("2 lines added, 2 removed")).toBeVisible();

  // A version that comes while one looks joins the others.
  await write("report", "markdown", "# Rain of July\n");
  await expect(versions(page)).toHaveCount(3);

  // A phone shows versions above the version.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Close comparison" }).click();
  expect(await page.evaluate(() => document.querySelector("main")?.scrollWidth)).toBeLessThanOrEqual(390);

  // One that has no key has a page by its id; the same view stands on its run.
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${lone.url}/artifacts/${loose.id}`);
  await expect(artifact.getByText("Without a key")).toBeVisible();
  await page.goto(`${lone.url}/runs/${run.id}?tab=artifacts`);
  await expect(page.getByRole("link", { name: "sales" }).first()).toHaveAttribute(
    "href",
    "/artifacts/key/sales",
  );
});

test("a version is deleted, then all versions of a key, once their number was seen", async ({
  page,
  lone,
}) => {
  const run = await lone.finish("greet");
  const write = writer(lone, run.id);
  for (const count of [1, 2, 3, 4]) await write("counts", "markdown", `count ${count}`);
  await write("other", "markdown", "stays");
  await page.goto(`${lone.url}/artifacts/key/counts`);
  await expect(versions(page)).toHaveCount(4);
  await versions(page).nth(1).getByRole("link").first().click();
  await page.getByRole("button", { name: "Delete version" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete artifact" }).click();
  await expect(versions(page)).toHaveCount(3);
  await expect(page.getByRole("article", { name: "Artifact" }).getByText("count 4")).toBeVisible();
  await page.getByRole("button", { name: "Delete all versions" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete 3 artifacts of counts?" });
  await dialog.getByRole("button", { name: "Delete 3 artifacts" }).click();
  await expect(page).toHaveURL(/\/artifacts$/);
  await expect(page.getByRole("article", { name: "other" })).toBeVisible();
  await expect(page.getByRole("article", { name: "counts" })).toHaveCount(0);
  await page.goto(`${lone.url}/artifacts/key/counts`);
  await expect(page.getByText("There is no such artifact")).toBeVisible();
});
