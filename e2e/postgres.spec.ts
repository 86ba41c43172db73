import { TestPostgres } from "../src/testing/postgres.ts";
import { expect, test } from "./fixtures.ts";
import { startPraetor } from "./praetor.ts";
import { sentence } from "./run-page.ts";

// Its server is killed.
test.use({ allowed: /ERR_CONNECTION|WebSocket/ });

test("a run is watched on a server with PostgreSQL, which is killed and started again meanwhile", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const postgres = await TestPostgres.start();
  test.skip("reason" in postgres, "reason" in postgres ? postgres.reason : "");
  if ("reason" in postgres) return;
  const praetor = await startPraetor({ PRAETOR_DATABASE_URL: postgres.networkUrl(await postgres.create()) });
  try {
    const voyage = await praetor.run("voyage");
    await page.goto(`${praetor.url}/runs`);
    const row = page.getByRole("row").filter({ hasText: voyage.name });
    await expect(row).toContainText("Running");
    await row.getByRole("link", { name: voyage.name }).click();
    await expect(sentence(page, "Running, 0 of 1 task done")).toBeVisible();
    // With all parts: lazily loaded ones would be missing.
    await page.waitForLoadState("networkidle");
    await praetor.kill();
    await praetor.revive();
    voyage.writeLine("land");
    await expect(sentence(page, "Running, 1 of 2 tasks done")).toBeVisible({
      timeout: 30_000,
    });
    voyage.writeLine("land");
    await expect(sentence(page, /^Completed 2 tasks in/)).toBeVisible({
      timeout: 30_000,
    });
    expect(await voyage.done).toBe(0);
    await expect(page.getByRole("log")).toContainText("bound for Madeira");
  } finally {
    await page.close();
    await praetor.close();
    await postgres.stop();
  }
});
