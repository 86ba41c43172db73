import { violations } from "./axe-violations.ts";
import { apiRequests, expect, firstRequest, test } from "./fixtures.ts";
import { startPraetor } from "./praetor.ts";

test("what this browser shows is chosen, kept, and taken over at once; the server tells how it is set up", async ({
  page,
  lone,
}) => {
  await page.goto(lone.url);
  await expect(page.getByRole("heading", { name: "Now", level: 1 })).toBeVisible();
  const requests = apiRequests(page);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await expect(page).toHaveTitle(/^Settings/);
  await expect(page.getByRole("region", { name: "Database" })).toContainText(
    /SQLite, .*Size of the database[\d.]+ (kB|MB)/,
  );
  const server = page.getByRole("region", { name: "Server settings" });
  await expect(server).toContainText(/Event retention7 daysPRAETOR_SERVER_EVENT_RETENTION_DAYS/);
  await expect(server).toContainText("None. There are no API keys.");
  const services = page.getByRole("region", { name: "Services" }).getByRole("table");
  await expect(services.getByRole("row")).not.toHaveCount(1);
  await expect(services).toContainText(/every \d+ (s|min|h)/);
  expect(requests.length).toBeLessThanOrEqual(6);
  expect(await firstRequest(page, 1_500)).toBe("none");
  expect(await violations(page)).toEqual([]);

  const root = page.locator("html");
  await page.getByRole("group", { name: "Theme" }).getByRole("button", { name: "Dark" }).click();
  await page
    .getByRole("group", { name: "State colours" })
    .getByRole("button", { name: "Colour-blind" })
    .click();
  await page.getByRole("group", { name: "Row height" }).getByRole("button", { name: "Compact" }).click();
  await page.getByRole("combobox", { name: "Time zone" }).selectOption("Asia/Tokyo");
  await page.reload();
  await expect(root).toHaveAttribute("data-theme", "dark");
  await expect(root).toHaveAttribute("data-palette", "colour-blind");
  await expect(root).toHaveAttribute("data-density", "compact");
  await expect(page.getByRole("navigation", { name: "Pages" })).toContainText(/GMT\+9|JST/);
  await expect(page.getByText("Go to Settings")).toBeVisible();
});

test("on a phone, the dashboard is connected to another server and back", async ({ page, lone }) => {
  const other = await startPraetor({ PRAETOR_SERVER_CORS_ORIGINS: lone.url });
  try {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(lone.url);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("textbox", { name: "Address of another API" }).fill(`${other.url}/api`);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await expect(page.getByRole("region", { name: "Connection" })).toContainText(`${other.url}/api`);
    await page.getByRole("button", { name: "Disconnect" }).click();
    await expect(page.getByRole("region", { name: "Connection" })).toContainText(`${lone.url}/api`);
  } finally {
    await page.close();
    await other.close();
  }
});
