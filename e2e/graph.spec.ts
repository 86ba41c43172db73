import { readFile } from "node:fs/promises";
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

test("a live graph follows what is running until it is moved, and an edge tells the argument that it stands for", async ({
  page,
  praetor,
}) => {
  const relay = await praetor.run("relay");
  const finish = (legs: number) => {
    for (let leg = 0; leg < legs; leg += 1) relay.writeLine("");
  };
  await page.goto(`${praetor.url}/runs/${relay.id}`);
  const graph = page.getByRole("region", { name: "Tasks of the run" });
  const leg = (number: number) =>
    graph.getByText(`leg-${String(number).padStart(2, "0")}-0`, { exact: true });
  await expect(leg(1)).toBeInViewport();
  await expect(page.getByRole("group", { name: "State" })).toContainText("of 70 tasks done");

  const [from, to] = [await leg(1).boundingBox(), await leg(2).boundingBox()];
  if (!from || !to) throw new Error("expected the first two cards in view");
  const card = graph.locator(".react-flow__node").filter({ hasText: "leg-01-0" });
  const box = await card.boundingBox();
  if (!box) throw new Error("expected the card of the first task");
  const canvas = graph.locator("[data-overview] > canvas");
  const plain = await canvas.screenshot();
  // Beside the card where the next one is to the right of it, else below it.
  const isBeside = Math.abs(from.y - to.y) < 4;
  await page.mouse.move(
    isBeside ? box.x + box.width + 8 : box.x + box.width / 2,
    isBeside ? box.y + box.height / 2 : box.y + box.height + 8,
    { steps: 4 },
  );
  const tip = graph.getByRole("tooltip");
  await expect(tip).toContainText(/leg-01-0.*→.*leg-02-0/);
  await expect(tip).toContainText("argument baton");
  expect(plain.equals(await canvas.screenshot())).toBe(false);

  await expect(graph.getByRole("button", { name: "Following" })).toHaveAttribute("aria-pressed", "true");
  finish(34);
  await expect(leg(35)).toBeInViewport();
  const pane = await graph.locator(".react-flow__pane").boundingBox();
  if (!pane) throw new Error("expected the pane of the graph");
  await page.mouse.move(pane.x + pane.width / 2, pane.y + pane.height / 2);
  await page.mouse.wheel(0, -400);
  const follow = graph.getByRole("button", { name: "Follow", exact: true });
  await expect(follow).toHaveAttribute("aria-pressed", "false");
  finish(30);
  await expect(page.getByRole("group", { name: "State" })).toContainText("64 of 70 tasks done");
  await expect(follow).toHaveAttribute("aria-pressed", "false");
  await expect(leg(65)).not.toBeInViewport();
  await follow.click();
  await expect(leg(65)).toBeInViewport();
});

test("the graph is saved as SVG and PNG, in layers and along the axis of time", async ({ page, praetor }) => {
  const pipeline = await praetor.sample("pipeline");
  const graph = page.getByRole("region", { name: "Tasks of the run" });
  for (const arrangement of ["layers", "time"]) {
    await page.goto(`${praetor.url}/runs/${pipeline.id}?arrange=${arrangement}`);
    for (const [kind, begins] of [
      ["SVG", "<svg xmlns"],
      ["PNG", "\u0089PNG"],
    ] as const) {
      await graph.getByRole("button", { name: "Save the graph" }).click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: `Whole graph as ${kind}` }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`graph-${pipeline.id}.${kind.toLowerCase()}`);
      const content = (await readFile(await download.path())).toString("latin1");
      expect(content.slice(0, begins.length)).toBe(begins);
      if (kind === "SVG") expect(content).toContain("extract-0");
    }
  }
});
