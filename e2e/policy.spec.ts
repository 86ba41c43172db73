import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

// Violations of the server's content security policy are console errors, which fail each of these tests.

for (const theme of ["light", "dark"] as const)
  test(`no page does what its policy forbids, ${theme}`, async ({ page, lone }) => {
    await page.addInitScript((chosen) => {
      localStorage.setItem("praetor-settings", JSON.stringify({ theme: chosen }));
    }, theme);
    const run = await lone.finish("pipeline");
    const deployment = await lone.serve("served", "report/sales");
    for (const path of [
      "/",
      "/runs",
      "/runs?chart=durations",
      "/flows",
      "/deployments",
      "/capacity",
      "/nowhere",
    ])
      await visit(page, lone.url + path);
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
    // The worker of the graph.
    await visit(page, `${lone.url}/runs/${run.id}`);
    await expect(page.getByText("extract-0", { exact: true }).first()).toBeVisible();
    // The worker of the schedule's editor.
    await visit(page, `${lone.url}/deployments/${deployment.id}`);
    await page.getByRole("button", { name: "Edit: Every 4 seconds" }).click();
    const editor = page.getByRole("dialog");
    await editor.getByRole("button", { name: "Cron" }).click();
    await editor.getByLabel("Cron", { exact: true }).fill("75 9 * * *");
    await expect(editor.getByText(/minute: expected .*75/)).toBeVisible();
  });

async function visit(page: Page, url: string): Promise<void> {
  const response = await page.goto(url);
  expect(response?.headers()["content-security-policy"]).toContain("script-src 'self' 'sha256-");
  await expect(page.getByRole("heading").first()).toBeVisible();
}
