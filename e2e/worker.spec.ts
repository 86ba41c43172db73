import { expect, test } from "./fixtures.ts";
import { sentence } from "./run-page.ts";

test("a worker that is killed leaves a crashed run that says so, and its slot is released", async ({
  page,
  lone,
}) => {
  const worker = await lone.work("local");
  const { id } = await lone.deploy("pooled", "mine/pooled");
  const run = await lone.ask(id);
  await page.goto(`${lone.url}/runs/${run.id}`);
  await expect(sentence(page, /^Running/)).toBeVisible({ timeout: 30_000 });
  await worker.end("SIGKILL");
  await expect(sentence(page, /^Crashed/)).toBeVisible({ timeout: 40_000 });
  await expect(page.getByText(/killed|ended/).first()).toBeVisible();
  await page.goto(`${lone.url}/capacity`);
  await expect(page.getByRole("article", { name: "Limit mine/pooled" })).toContainText("0 of 1 in use");
});

test("a run without a worker shows since when it waits, and how to start one", async ({ page, lone }) => {
  const worker = await lone.work("local");
  const { id } = await lone.deploy("pooled", "mine/pooled");
  await worker.end("SIGTERM");
  const run = await lone.ask(id);
  await page.goto(`${lone.url}/runs`);
  const row = page.getByRole("row").filter({ hasText: run.name });
  await expect(row).toContainText("Late", { timeout: 40_000 });
  await row.getByRole("link", { name: run.name }).click();
  await expect(sentence(page, "work pool local has no worker")).toBeVisible();
  await expect(page.getByText("praetor worker start --pool local")).toBeVisible();

  // Once started, the worker takes the run.
  await lone.work("local");
  await expect(sentence(page, /^Running/)).toBeVisible({ timeout: 30_000 });
});
