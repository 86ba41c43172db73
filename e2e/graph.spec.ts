import type { Locator } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

test("a task selected in the graph shows its log, and the address keeps the selection", async ({
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

test("a family of mapped tasks opens in place, and one of them can be selected", async ({
  page,
  praetor,
}) => {
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

test("a search in the graph shows the number of matching tasks and where they are", async ({
  page,
  praetor,
}) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  const graph = page.getByRole("region", { name: "Tasks of the run" });
  const search = graph.getByRole("textbox", { name: "Find a task in the graph" });
  await search.fill("measure");
  await expect(graph.getByRole("status")).toHaveText("9 of 11 tasks · Enter for the next");
  // The family with the match is opened and scrolled into view.
  await expect(graph.getByText("measure-0", { exact: true })).toBeInViewport();
  await search.fill("publish");
  await expect(graph.getByRole("status")).toHaveText("1 of 11 tasks · Enter for the next");
  await search.press("Enter");
  await expect(graph.getByText("publish-0", { exact: true })).toBeInViewport();
  await search.press("Escape");
  await expect(graph.getByRole("status")).toHaveCount(0);
});

test("arrow keys follow the edges of the graph, Space opens a family, Enter selects a task", async ({
  page,
  praetor,
}) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  const tree = page.getByRole("tree", { name: /^Tasks of the run/ });
  const here = tree.getByRole("treeitem");
  await tree.focus();
  await expect(here).toHaveText("extract-0, completed, 0 parents");
  // In this pane the layers are arranged vertically.
  await page.keyboard.press("ArrowDown");
  await expect(here).toHaveText("measure, group of 9 tasks, 9 completed");
  await expect(here).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("ArrowDown");
  await expect(here).toHaveText("publish-0, completed, 9 parents");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Space");
  await expect(here).toHaveText("measure-0, task 1 of 9, completed, 1 parent");
  await page.keyboard.press("ArrowRight");
  await expect(here).toHaveText("measure-1, task 2 of 9, completed, 1 parent");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("region", { name: "Details" }).getByRole("log")).toContainText("measured 1");
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(new RegExp(`/runs/${pipeline.id}$`));
});

/** Font sizes on the visible cards, in screen pixels, and the used share of the pane. */
async function legibilityOf(graph: Locator) {
  return graph.locator(".react-flow").evaluate((flow) => {
    const pane = flow.getBoundingClientRect();
    const cards = [...flow.querySelectorAll<HTMLElement>(".react-flow__node")];
    const boxes = cards.map((card) => card.getBoundingClientRect());
    const scale = (boxes[0]?.width ?? 0) / (cards[0]?.offsetWidth ?? 1);
    const labels = cards.flatMap((card) => [...card.querySelectorAll<HTMLElement>("span")]);
    const sizes = labels
      .filter((label) => label.textContent !== "" && label.offsetWidth > 0)
      .map((label) => Number.parseFloat(getComputedStyle(label).fontSize) * scale);
    const cut = labels.filter(
      ({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1,
    );
    const isHigh = pane.height > pane.width;
    const starts = boxes.map(({ left, top }) => (isHigh ? left : top));
    const ends = boxes.map(({ right, bottom }) => (isHigh ? right : bottom));
    return {
      cards: cards.length,
      smallest: Math.min(...sizes),
      used: (Math.max(...ends) - Math.min(...starts)) / Math.min(pane.width, pane.height),
      cutWithoutTitle: cut.filter((label) => !label.closest("[title]")).length,
    };
  });
}

test("labels are legible initially, the pane is used, and a selected task is highlighted in its family", async ({
  page,
  praetor,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  const graph = page.getByRole("region", { name: "Tasks of the run" });
  await expect(graph.getByText("9 mapped")).toBeVisible();
  const closed = await legibilityOf(graph);
  expect(closed).toMatchObject({ cards: 3, cutWithoutTitle: 0 });
  expect(closed.smallest).toBeGreaterThanOrEqual(10.99);
  expect(closed.used).toBeGreaterThanOrEqual(0.5);

  await graph.getByRole("button", { name: "Show each of the 9 tasks" }).click();
  await graph.getByText("measure-4", { exact: true }).click();
  const opened = await legibilityOf(graph);
  expect(opened.smallest).toBeGreaterThanOrEqual(10.99);
  expect(opened.cutWithoutTitle).toBe(0);

  await graph.getByRole("button", { name: "Draw measure as one" }).click();
  await expect(graph.getByText("▸ measure-4")).toBeVisible();
  await graph.getByRole("button", { name: "Zoom in" }).click();
  await graph.getByRole("button", { name: /set it to 100 %$/ }).click();
  await expect(graph.getByRole("button", { name: "Zoom is 100 %; set it to 100 %" })).toBeVisible();
});
