import { expect, test } from "./fixtures.ts";

test("three levels of subflows open in the timeline, down to the failed task, on the same page", async ({
  page,
  praetor,
}) => {
  const nested = await praetor.sample("nested");
  await page.goto(`${praetor.url}/runs/${nested.id}?view=timeline`);
  const tree = page.getByRole("tree", { name: /^Tasks by start time/ });
  const line = (name: RegExp) => tree.getByRole("treeitem", { name });
  await expect(line(/^country ?\/ ?portugal ?, subflow, failed/)).toHaveAttribute("aria-expanded", "false");

  // By keyboard.
  await tree.press("End");
  await tree.press("ArrowRight");
  await expect(line(/^city ?\/ ?porto ?, subflow, failed/)).toHaveAttribute("aria-level", "2");
  await tree.press("End");
  await tree.press("ArrowRight");
  await expect(line(/^convert-0 ?, failed/)).toHaveAttribute("aria-level", "3");
  await tree.press("End");
  await tree.press("Enter");
  const details = page.getByRole("region", { name: "Details" });
  await expect(details.getByRole("log")).toContainText("RangeError: no exchange rate for porto");
  await expect(page).toHaveURL(new RegExp(`/runs/${nested.id}/tasks/[0-9a-f-]{36}\\?`));

  // The address restores all of it.
  await page.reload();
  await expect(line(/^convert-0 ?, failed/)).toHaveAttribute("aria-selected", "true");
  await expect(details.getByRole("log")).toContainText("RangeError: no exchange rate for porto");

  // Closing the outermost hides all of its contents.
  await tree.focus();
  await tree.press("Home");
  await tree.press("ArrowDown");
  await expect(line(/^country ?\/ ?portugal/)).toHaveAttribute("aria-expanded", "true");
  await tree.press("ArrowLeft");
  await expect(line(/^convert-0/)).toHaveCount(0);
  await expect(line(/^country ?\/ ?portugal/)).toHaveAttribute("aria-expanded", "false");
});

test("the cause of a failure leads to the task inside its subflows, and logs include those of subflows", async ({
  page,
  praetor,
}) => {
  const nested = await praetor.sample("nested");
  await page.goto(`${praetor.url}/runs/${nested.id}?view=timeline`);
  const details = page.getByRole("region", { name: "Details" });
  const log = details.getByRole("log");
  await expect(log).not.toContainText("sales of lyon");
  await details.getByRole("switch", { name: "With subflows" }).click();
  await expect(log).toContainText("sales of lyon");
  await expect(log).toContainText("sales of porto");
  expect((await log.innerText()).indexOf("sales of lyon")).toBeLessThan(
    (await log.innerText()).indexOf("sales of porto"),
  );

  await page
    .getByRole("region", { name: "Why it failed" })
    .getByRole("button", { name: /convert-0/ })
    .click();
  const tree = page.getByRole("tree", { name: /^Tasks by start time/ });
  await expect(tree.getByRole("treeitem", { name: /^convert-0 ?, failed/ })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await expect(log).toContainText("RangeError: no exchange rate for porto");

  // In the graph they are inside their subflows, which can be closed again.
  await page.getByRole("tab", { name: /^Graph/ }).click();
  const graph = page.getByRole("region", { name: "Tasks of the run" });
  await expect(graph.getByText("convert-0", { exact: true })).toBeVisible();
  await graph.getByRole("button", { name: "Hide the tasks of country / portugal" }).click();
  await expect(graph.getByText("convert-0", { exact: true })).toHaveCount(0);
  await graph.getByRole("button", { name: "Show the tasks of country / portugal" }).click();
  await expect(graph.getByText("convert-0", { exact: true })).toBeVisible();

  // In the timeline the same subflows are open.
  await graph.getByRole("button", { name: "Time" }).click();
  const lanes = page.getByRole("tree", { name: /^Tasks on the axis of time/ });
  await lanes.focus();
  await expect(lanes.getByRole("treeitem")).toHaveText(/^convert-0, failed/);
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/\/tasks\//);
});
