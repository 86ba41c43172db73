import { violations } from "./axe-violations.ts";
import { apiRequests, expect, test } from "./fixtures.ts";

test("Now shows what needs attention: a failure with its cause, and a form for a run that waits for input", async ({
  page,
  lone,
}) => {
  await lone.finish("broken");
  const broken = await lone.finish("broken");
  const approval = await lone.run("approval");
  const requests = apiRequests(page);
  await page.goto(lone.url);
  await expect(page.getByRole("link", { name: /^2\s*Failing in 1 group/ })).toBeVisible();
  const inbox = page.getByRole("region", { name: "Needs an answer" });
  await expect(inbox.getByRole("listitem")).toContainText(approval.name);
  await expect(page.getByRole("region", { name: "Activity" }).locator("svg rect").first()).toBeVisible();
  const own = requests.filter((request) => !request.includes("/live"));
  expect(own.length).toBeLessThanOrEqual(6);
  expect(await violations(page)).toEqual([]);

  // By keyboard: the form opens in place, is filled in, and the run continues.
  await inbox.getByRole("button", { name: "Answer…" }).press("Enter");
  const form = page.getByRole("form", { name: `Answer to ${approval.name}` });
  await form.getByRole("button", { name: "true" }).press("Enter");
  expect(await violations(page)).toEqual([]);
  await form.getByRole("button", { name: "Send and resume" }).press("Enter");
  expect(await approval.done).toBe(0);
  await expect(inbox.getByText("No run waits for an answer.")).toBeVisible();
  await expect(page.getByRole("link", { name: /Completed in 24 h/ })).toContainText("1 of 3");

  // The chart by keyboard: the newest bar, and from there to its runs.
  const chart = page.getByRole("group", { name: /Arrow keys go from bar to bar/ });
  await chart.press("ArrowLeft");
  await expect(chart.getByRole("status")).toContainText(/Failed\s*2/);

  // A phone shows the same without horizontal scrolling.
  await page.setViewportSize({ width: 390, height: 844 });
  const width = await page.evaluate(() => document.querySelector("main")?.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "More" }).press("Enter");
  const sheet = page.getByRole("dialog", { name: "Pages" });
  expect(await violations(page)).toEqual([]);
  await sheet.getByRole("link", { name: "Flows" }).press("Enter");
  await expect(page).toHaveURL(/\/flows$/);
  await expect(sheet).toBeHidden();
  await page.goBack();

  await page
    .getByRole("region", { name: "Failing" })
    .getByRole("listitem")
    .getByRole("link")
    .first()
    .press("Enter");
  await expect(page).toHaveURL(/\/errors\//);
  const failure = page.getByRole("main");
  await expect(failure).toContainText('expected a number, got "4x3"');
  await expect(failure).toContainText(broken.name);
});
