import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const rows = (page: Page) =>
  page
    .getByRole("grid")
    .getByRole("row")
    .filter({ has: page.getByRole("gridcell") });

/** Text of the rows without relative times: the two pages are read one after the other. */
const texts = async (page: Page) =>
  (await rows(page).allInnerTexts()).map((text) => text.replace(/^(now|\d+\w+ ago)$/m, "ago"));

test("a typed filter is in the address, and the address reproduces the view in another browser", async ({
  page,
  lone,
  stranger,
  browser,
}) => {
  const good = await lone.finish("greet");
  const bad = await lone.finish("broken");
  const worse = await lone.finish("broken");
  await page.goto(`${lone.url}/runs`);
  await expect(rows(page)).toHaveCount(3);

  await page.keyboard.press("/");
  const field = page.getByRole("combobox", { name: "Filter runs" });
  await expect(field).toBeFocused();
  await field.pressSequentially("state:fai");
  await expect(page.getByRole("option", { name: /^state:failed/ })).toBeVisible();
  await page.keyboard.press("Tab");
  await field.pressSequentially('flow:"broken"');
  await page.keyboard.press("Enter");

  await expect(rows(page)).toHaveCount(2);
  await expect(page).toHaveURL(/q=state%3Afailed\+flow%3A%22broken%22/);
  await expect(page.getByText("2 matches, 1 hidden by filter")).toBeVisible();
  await page.getByRole("button", { name: "Durations" }).click();
  await page.getByRole("combobox", { name: "Order" }).selectOption("Oldest");
  await expect(rows(page).first()).toContainText(bad.name);

  const other = await stranger(browser);
  await other.goto(page.url());
  await expect(rows(other)).toHaveCount(2);
  await expect(rows(other).first()).toContainText(bad.name);
  await expect(rows(other).last()).toContainText(worse.name);
  await expect(other.getByText("2 matches, 1 hidden by filter")).toBeVisible();
  await expect(other.getByRole("button", { name: "state:failed", exact: true })).toBeVisible();
  await expect(other.getByRole("button", { name: "Durations" })).toHaveAttribute("aria-pressed", "true");
  await expect(other.getByRole("combobox", { name: "Order" })).toHaveValue("oldest");
  expect(await texts(other)).toEqual(await texts(page));

  // Back and forward move between views.
  await other.getByRole("button", { name: "Clear" }).click();
  await expect(rows(other)).toHaveCount(3);
  await expect(rows(other).filter({ hasText: good.name })).toBeVisible();
  await other.goBack();
  await expect(rows(other)).toHaveCount(2);
});

test("a filter without matches says how many rows it hides and how to clear it", async ({
  page,
  praetor,
}) => {
  const { name } = await praetor.sample("greet");
  await page.goto(`${praetor.url}/runs?q=state%3Acrashed+name%3A${name}`);
  await expect(page.getByRole("heading", { name: "No run matches" })).toBeVisible();
  await expect(page.getByText(/The filter hides all [\d,]+ runs\./)).toBeVisible();
  await page.getByRole("button", { name: "Without state:crashed" }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(name);
});

test("invalid filter terms are reported, not ignored", async ({ page, praetor }) => {
  await praetor.sample("greet");
  await page.goto(`${praetor.url}/runs`);
  const field = page.getByRole("combobox", { name: "Filter runs" });
  await field.fill("since:soon");
  await field.press("Enter");
  await expect(page.getByRole("alert")).toHaveText(
    "since: expected a time such as 24h or 2026-11-22, got “soon”",
  );
  await page.getByRole("button", { name: "Remove since:soon" }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
});
