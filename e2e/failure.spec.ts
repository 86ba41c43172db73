import { expect, test } from "./fixtures.ts";
import { sentence } from "./run-page.ts";

test("from the list to the failing task: the cause is visible without a click, then at its own address", async ({
  page,
  praetor,
  context,
}) => {
  const broken = await praetor.sample("broken");
  expect(await broken.done).toBe(1);

  await page.goto(`${praetor.url}/runs`);
  const row = page.getByRole("row").filter({ hasText: broken.name });
  await expect(row).toContainText("Failed");
  await row.getByRole("link", { name: broken.name }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(broken.name);
  const state = 'Failed in load-record-2: Error: record "4x3" cannot be loaded';
  await expect(sentence(page, state)).toBeVisible();
  const card = page.getByRole("region", { name: "Why it failed" });
  const cause = card.getByRole("region", { name: "Cause" });
  await expect(cause.getByRole("heading")).toHaveText('TypeError: expected a number, got "4x3"');
  await expect(cause.getByText("if (Number.isNaN(value)) throw new TypeError")).toBeVisible();

  // The rest is one click away.
  await card.getByRole("button", { name: "Show traceback" }).click();
  const consequence = card.getByRole("region", { name: "Consequence" });
  await expect(consequence.getByRole("heading")).toHaveText('Error: record "4x3" cannot be loaded');

  // The line that threw is expanded, with its context.
  await expect(cause.getByRole("button", { name: /broken\.ts:7$/ })).toHaveAttribute("aria-expanded", "true");
  await expect(cause.getByText("if (Number.isNaN(value)) throw new TypeError")).toBeVisible();

  // Frames of the library are collapsed into one line.
  const folded = consequence.getByRole("button", { name: /library frames?/ }).first();
  await expect(folded).toHaveAttribute("aria-expanded", "false");
  await expect(consequence.getByText("attempt.ts")).toHaveCount(0);
  await folded.click();
  await expect(folded).toHaveAttribute("aria-expanded", "true");
  await expect(consequence.getByText("attempt.ts").first()).toBeVisible();

  await card.getByRole("button", { name: "load-record-2" }).click();
  await expect(page).toHaveURL(new RegExp(`/runs/${broken.id}/tasks/[0-9a-f-]{36}$`));
  const details = page.getByRole("region", { name: "Details" });
  await expect(details.getByText("load-record-2", { exact: true })).toBeVisible();
  await expect(details.getByRole("log")).toContainText('record "4x3" cannot be loaded');
  await expect(page).toHaveTitle(/load-record-2/);

  // The address shows the same in a new tab.
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole("region", { name: "Details" }).getByRole("log")).toContainText("4x3");
  await other.getByRole("tab", { name: "Attempts" }).click();
  const error = other.getByRole("region", { name: "Details" }).getByRole("region", { name: "Error" });
  await expect(error.getByRole("region", { name: "Cause" })).toContainText('expected a number, got "4x3"');
});

test("failures are shown on Now, once for each cause, with links to the runs", async ({ page, lone }) => {
  const first = await lone.finish("broken");
  const second = await lone.finish("broken");
  await page.goto(lone.url);
  const failing = page.getByRole("region", { name: "Failing" });
  await expect(failing.getByRole("listitem")).toHaveCount(1);
  await expect(failing.getByRole("listitem")).toContainText("×2");
  await failing.getByRole("link", { name: "×2, all runs of this failure" }).click();
  await expect(page.getByRole("row").filter({ hasText: first.name })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: second.name })).toBeVisible();
});

test("an error that occurs in every attempt is shown once, with its count", async ({ page, praetor }) => {
  const stubborn = await praetor.sample("stubborn");
  await page.goto(`${praetor.url}/runs/${stubborn.id}`);
  await expect(sentence(page, "Failed after 3 attempts in knock-0: Error: nobody opens")).toBeVisible();
  await expect(page.getByRole("region", { name: "Why it failed" })).toContainText(
    "3 attempts, the same error ×3",
  );
});
