import type { Page } from "@playwright/test";
import { variables } from "../src/schema/variables.ts";
import { violations } from "./axe-violations.ts";
import { apiRequests, expect, firstRequest, test } from "./fixtures.ts";

const rows = (page: Page) =>
  page
    .getByRole("grid", { name: "Variables" })
    .getByRole("row")
    .filter({ has: page.getByRole("gridcell") });

test("by keyboard, a variable is made, read, changed, found and deleted", async ({ page, lone }) => {
  await page.goto(lone.url);
  await expect(page.getByRole("heading", { name: "Now", level: 1 })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("x");
  await expect(page.getByRole("heading", { name: "No variables yet" })).toBeVisible();
  await expect(page).toHaveTitle(/^Variables/);

  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New variable" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Region");
  await expect(dialog.getByText("expected lower-case letters, digits, dashes and underscores")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Name" }).fill("region");
  await dialog.getByRole("textbox", { name: "Value" }).fill('["eu"]');
  await dialog.getByRole("button", { name: "Save as JSON" }).click();
  await expect(dialog.getByText("list of 1")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Tags" }).pressSequentially("prod,");
  await expect(dialog.getByRole("button", { name: "Remove prod" })).toBeVisible();
  await expect(dialog.getByRole("region", { name: "Read in code" })).toContainText('variable.get("region")');
  expect(await violations(page, "[role=dialog]")).toEqual([]);
  await dialog.getByRole("textbox", { name: "Name" }).press("Enter");
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('["eu"]');

  // What other clients do arrives by itself; the open form says so.
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const open = page.getByRole("dialog", { name: "region" });
  await expect(open.getByRole("textbox", { name: "Value" })).toHaveValue(/"eu"/);
  await expect(page).toHaveURL(/variable=region/);
  await lone.client.call(variables.updateByName, { current: "region", value: { zone: 1 } });
  await open.getByRole("button", { name: "Show the new value" }).click();
  await expect(open.getByText("object, 1 key")).toBeVisible();
  await open.getByRole("textbox", { name: "Value" }).fill('{"zone": 2.0}');
  await open.getByRole("button", { name: "Save variable" }).click();
  await expect(rows(page)).toContainText('{"zone":2.0}');
  await page.goBack();
  await page.goForward();

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search and commands" }).fill("regi");
  await expect(page.getByRole("option", { name: /^region/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "region" }).getByRole("button", { name: "Delete variable" }).click();
  await page.getByRole("button", { name: "Delete 1 variable" }).click();
  await expect(page.getByRole("heading", { name: "No variables yet" })).toBeVisible();
});

test("many variables are filtered, ordered and deleted, live and without idle requests", async ({
  page,
  lone,
}) => {
  const names = Array.from({ length: 240 }, (_, at) => `customer-${String(at).padStart(3, "0")}`);
  for (const [at, name] of names.entries())
    await lone.client.call(variables.create, {
      name,
      value: at % 2 ? `eu-${at}` : at,
      tags: at < 3 ? ["old"] : [],
    });
  const requests = apiRequests(page);
  await page.goto(`${lone.url}/variables`);
  await expect(page.getByText("200 of 240 variables")).toBeVisible();
  expect(requests.length).toBeLessThanOrEqual(6);
  expect(await firstRequest(page, 1_500)).toBe("none");
  expect(await violations(page)).toEqual([]);

  await page.getByRole("button", { name: "Name", exact: true }).click();
  await expect(rows(page).first()).toContainText("customer-239");
  await lone.client.call(variables.create, { name: "zone", value: true });
  await expect(rows(page).first()).toContainText("zone");

  // The server looks at values, so all 241 are searched at once.
  await page.goto(`${lone.url}/variables?q=value:eu-23`);
  await expect(page.getByText("6 matches, 235 hidden by filter")).toBeVisible();
  await page.goto(`${lone.url}/variables?q=tag:old`);
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole("checkbox", { name: "Select all loaded variables" }).check();
  await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete 3 variables" });
  await expect(dialog).toContainText("customer-000, customer-001, customer-002");
  await dialog.getByRole("button", { name: "Delete 3 variables" }).click();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByText("No variable matches")).toBeVisible();
  expect(await lone.client.call(variables.count, {})).toBe(238);
});
