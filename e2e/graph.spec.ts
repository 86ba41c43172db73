import { expect, test } from "./fixtures.ts";

test("a task that is chosen in the graph shows its log, and its address keeps the choice", async ({
  page,
  praetor,
}) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  const graph = page.getByRole("region", { name: "Tasks of the run" });
  const details = page.getByRole("region", { name: "Details" });
  await expect(details.getByRole("log")).toContainText("published 9 rows");

  await graph.getByText("extract-0", { exact: true }).click();
  await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]{36}$/);
  await expect(details.getByRole("log")).toContainText("read 9 rows");
  await expect(details.getByRole("log")).not.toContainText("published 9 rows");

  await page.reload();
  await expect(details.getByRole("log")).toContainText("read 9 rows");
  await expect(details.getByRole("log")).not.toContainText("published 9 rows");
  await details.getByRole("button", { name: "Show the whole run" }).click();
  await expect(details.getByRole("log")).toContainText("published 9 rows");
});

test("a family of mapped tasks opens in place, and one of them can be chosen", async ({ page, praetor }) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  const graph = page.getByRole("region", { name: "Tasks of the run" });
  await expect(graph.getByText("measure-4", { exact: true })).toHaveCount(0);
  await graph.getByRole("button", { name: "Show each of the 9 tasks" }).click();
  await graph.getByText("measure-4", { exact: true }).click();
  const details = page.getByRole("region", { name: "Details" });
  await expect(details.getByRole("log")).toContainText("measured 5");
  await graph.getByRole("button", { name: "Draw measure as one" }).click();
  await expect(graph.getByText("measure-4", { exact: true })).toHaveCount(0);
});

test("a search in the graph says how many tasks it found and where they are", async ({ page, praetor }) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  const graph = page.getByRole("region", { name: "Tasks of the run" });
  const search = graph.getByRole("textbox", { name: "Find a task in the graph" });
  await search.fill("measure");
  await expect(graph.getByRole("status")).toHaveText("9 of 11 tasks · Enter for the next");
  await search.fill("publish");
  await expect(graph.getByRole("status")).toHaveText("1 of 11 tasks · Enter for the next");
  await search.press("Enter");
  await expect(graph.getByText("publish-0", { exact: true })).toBeInViewport();
  await search.press("Escape");
  await expect(graph.getByRole("status")).toHaveCount(0);
});

test("arrows follow the edges of the graph, Space opens a family, Enter chooses a task", async ({
  page,
  praetor,
}) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  const tree = page.getByRole("tree", { name: /^Tasks of the run/ });
  const here = tree.getByRole("treeitem");
  await tree.focus();
  await expect(here).toHaveText("extract-0, completed, 0 parents");
  await page.keyboard.press("ArrowRight");
  await expect(here).toHaveText("measure, group of 9 tasks, 9 completed");
  await expect(here).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("ArrowRight");
  await expect(here).toHaveText("publish-0, completed, 9 parents");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Space");
  await expect(here).toHaveText("measure-0, task 1 of 9, completed, 1 parent");
  await page.keyboard.press("ArrowDown");
  await expect(here).toHaveText("measure-1, task 2 of 9, completed, 1 parent");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("region", { name: "Details" }).getByRole("log")).toContainText("measured 1");
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(new RegExp(`/runs/${pipeline.id}$`));
});
