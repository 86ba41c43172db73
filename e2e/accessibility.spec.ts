import type { Page } from "@playwright/test";
import { contrasts, violations } from "./axe-violations.ts";
import { expect, test } from "./fixtures.ts";

test("empty pages are accessible", async ({ page, lone }) => {
  await page.goto(lone.url);
  await expect(page.getByRole("heading", { name: "No runs yet" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${lone.url}/runs`);
  await expect(page.getByRole("heading", { name: "No flow runs yet" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${lone.url}/nowhere`);
  await expect(page.getByRole("heading", { name: "No such page" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test("Now is accessible", async ({ page, praetor }) => {
  await praetor.sample("broken");
  const voyage = await praetor.run("voyage");
  await page.goto(praetor.url);
  await expect(page.getByRole("region", { name: "Failing" }).getByRole("listitem").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Running" })).toContainText(voyage.name);
  expect(await violations(page)).toEqual([]);
});

test("the lists of runs are accessible", async ({ page, praetor }) => {
  await praetor.sample("greet");
  const broken = await praetor.sample("broken");
  await page.goto(`${praetor.url}/runs?q=since%3A1h+state%3Arolledback`);
  await expect(page.getByRole("heading", { name: "No run matches" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${praetor.url}/runs?q=state%3Afaild`);
  await expect(page.getByRole("heading", { name: "Filter not understood" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${praetor.url}/runs?tab=task-runs`);
  await expect(page.getByRole("row").filter({ hasText: "greet-0" }).first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${praetor.url}/runs?group=state&open=COMPLETED%2FCompleted`);
  await expect(page.getByRole("button", { name: "Collapse Completed" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${praetor.url}/runs?chart=durations`);
  await expect(page.getByRole("row").filter({ hasText: broken.name })).toBeVisible();
  await page.getByRole("checkbox", { name: `Select ${broken.name}` }).check();
  await expect(page.getByRole("toolbar")).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test("the page of a completed run is accessible, with each of its panes", async ({ page, praetor }) => {
  const pipeline = await praetor.sample("pipeline");
  await page.goto(`${praetor.url}/runs/${pipeline.id}`);
  await expect(page.getByRole("log")).toContainText("published");
  await page
    .getByRole("region", { name: "Tasks of the run" })
    .getByText("extract-0", { exact: true })
    .click();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${praetor.url}/runs/${pipeline.id}?arrange=time`);
  await expect(page.getByRole("tree", { name: /^Tasks on the axis of time/ })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${praetor.url}/runs/${pipeline.id}?view=timeline&tab=attempts`);
  await expect(page.getByRole("treeitem", { name: /^extract-0/ })).toBeVisible();
  await expect(page.getByRole("table", { name: "States, oldest first" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("tab", { name: "Input and output" }).click();
  await expect(page.getByRole("region", { name: "Parameters" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("tab", { name: "Related" }).click();
  await expect(page.getByRole("region", { name: "Subflows" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test("the page of a failed run is accessible", async ({ page, praetor }) => {
  const broken = await praetor.sample("broken");
  await page.goto(`${praetor.url}/runs/${broken.id}`);
  await expect(page.getByRole("region", { name: "Cause" })).toBeVisible();
  await page.getByRole("button", { name: "Show traceback" }).click();
  await page
    .getByRole("button", { name: /library frames?/ })
    .first()
    .click();
  expect(await violations(page)).toEqual([]);
});

test("line numbers of a traceback, including the highlighted line, have enough contrast in both themes", async ({
  page,
  praetor,
}) => {
  const broken = await praetor.sample("broken");
  await page.goto(`${praetor.url}/runs/${broken.id}`);
  const marked = page.getByRole("region", { name: "Cause" }).locator("[aria-current=location]");
  await expect(marked).toBeVisible();
  const number = /^\d+/.exec((await marked.textContent()) ?? "")?.[0];
  const numbers = (await contrasts(page, "pre:has([aria-current])")).filter(({ text }) =>
    /^<span[^>]*>\d+</.test(text),
  );
  const ofMarked = numbers.filter(({ text }) => text.includes(`>${number}<`));
  expect(ofMarked.map(({ theme }) => theme)).toEqual(["light", "dark"]);
  expect(numbers.length).toBeGreaterThan(ofMarked.length);
  for (const { ratio } of numbers) expect(ratio).toBeGreaterThanOrEqual(4.5);
});

test("the page of a running run is accessible", async ({ page, praetor }) => {
  const voyage = await praetor.run("voyage");
  await page.goto(`${praetor.url}/runs/${voyage.id}`);
  await expect(page.getByRole("log")).toContainText("bound for Lisbon");
  expect(await violations(page)).toEqual([]);
});

test("dialogs, menus and the palette are accessible", async ({ page, praetor }) => {
  const broken = await praetor.sample("broken");
  await page.goto(`${praetor.url}/runs/${broken.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const open = {
    "Search and commands": () => page.keyboard.press("Control+k"),
    "Keyboard shortcuts": () => page.keyboard.press("?"),
    [`Delete ${broken.name}`]: () => choose(page, "Delete"),
    [`Set the state of ${broken.name}`]: () => choose(page, "Set state"),
  };
  for (const [name, act] of Object.entries(open)) {
    await act();
    await expect(page.getByRole("dialog", { name })).toBeVisible();
    expect(await violations(page, "[role=dialog]")).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await page.getByRole("button", { name: "More actions" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  expect(await violations(page, "[role=menu]")).toEqual([]);
});

async function choose(page: Page, action: string): Promise<void> {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: action }).click();
}
