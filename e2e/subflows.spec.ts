import { expect, test } from "./fixtures.ts";

test("three levels of subflows open in the timeline, down to the task that failed, without leaving the page", async ({
  page,
  praetor,
}) => {
  const nested = await praetor.sample("nested");
  await page.goto(`${praetor.url}/runs/${nested.id}?view=timeline`);
  const tree = page.getByRole("tree", { name: /^Tasks by start time/ });
  const line = (name: RegExp) => tree.getByRole("treeitem", { name });
  await expect(line(/^country ?\/ ?portugal ?, subflow, failed/)).toHaveAttribute("aria-expanded", "false");

  // With the keyboard alone.
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

  // The address brings all of it back.
  await page.reload();
  await expect(line(/^convert-0 ?, failed/)).toHaveAttribute("aria-selected", "true");
  await expect(details.getByRole("log")).toContainText("RangeError: no exchange rate for porto");

  // Closing the outermost hides all that is in it.
  await tree.focus();
  await tree.press("Home");
  await tree.press("ArrowDown");
  await expect(line(/^country ?\/ ?portugal/)).toHaveAttribute("aria-expanded", "true");
  await tree.press("ArrowLeft");
  await expect(line(/^convert-0/)).toHaveCount(0);
  await expect(line(/^country ?\/ ?portugal/)).toHaveAttribute("aria-expanded", "false");
});

test("the cause of a failure leads to the task inside its subflows, and logs take in those of subflows", async ({
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

  // Along the axis of time the same subflows are open.
  await page.goto(
    `${praetor.url}/runs/${nested.id}${new URL(page.url()).search}&arrange=time`.replace(
      "view=timeline",
      "view=graph",
    ),
  );
  const lanes = page.getByRole("tree", { name: /^Tasks on the axis of time/ });
  await lanes.focus();
  await page.keyboard.press("ArrowRight");
  // Below its lane are those of its tasks, once they were read.
  await expect(async () => {
    await page.keyboard.press("ArrowDown");
    await expect(lanes.getByRole("treeitem")).toHaveText(/^city \/ (braga|porto), subflow/, {
      timeout: 1_000,
    });
  }).toPass({ timeout: 30_000 });
});
