import { expect, sameDocument, test } from "./fixtures.ts";
import { sentence } from "./run-page.ts";

// The browser itself logs each attempt to reach a stopped server.
test.use({ allowed: /ERR_CONNECTION|ERR_FAILED|WebSocket/ });

test("a run page reports that its server is unreachable, and catches up when it is back", async ({
  page,
  lone,
}) => {
  const voyage = await lone.run("voyage");
  await page.goto(`${lone.url}/runs/${voyage.id}`);
  await expect(page.getByRole("log")).toContainText("bound for Lisbon");
  const dot = page.getByRole("navigation", { name: "Pages" }).getByRole("status");
  await expect(dot).toHaveText("Live");
  const isSame = await sameDocument(page);

  await lone.kill();
  await expect(dot).toHaveText("Offline");
  await expect(sentence(page, "Running, 0 of 1 task done")).toBeVisible();
  voyage.writeLine("land");

  await lone.revive();
  await expect(dot).toHaveText("Live");
  await expect(sentence(page, "Running, 1 of 2 tasks done")).toBeVisible();
  await expect(page.getByRole("log")).toContainText("arrived in Lisbon");
  voyage.writeLine("land");
  await expect(sentence(page, /^Completed 2 tasks in/)).toBeVisible();
  await expect(page.getByRole("log")).toContainText("arrived in Madeira");
  expect(await voyage.done).toBe(0);
  expect(await isSame()).toBe(true);
});

test("changes during a lost connection are in the list after the reconnect", async ({ page, lone }) => {
  const before = await lone.finish("greet");
  await page.goto(`${lone.url}/runs`);
  await expect(page.getByRole("row").filter({ hasText: before.name })).toContainText("Completed");
  const dot = page.getByRole("navigation", { name: "Pages" }).getByRole("status");
  const isSame = await sameDocument(page);
  await lone.kill();
  await expect(dot).not.toHaveText("Live");
  await lone.revive();
  const after = await lone.finish("broken");
  await expect(dot).toHaveText("Live");
  await expect(page.getByRole("row").filter({ hasText: after.name })).toContainText("Failed");
  await expect(page.getByRole("row").filter({ hasText: before.name })).toContainText("Completed");
  expect(await isSame()).toBe(true);
});

test("a chunk of a page that fails to load is retried, and the page stays meanwhile", async ({
  page,
  lone,
}) => {
  const run = await lone.finish("greet");
  let refused = 0;
  await page.route(/activity-chart/, (route) => {
    refused += 1;
    return refused <= 2 ? route.abort() : route.continue();
  });
  await page.goto(`${lone.url}/runs`);
  await expect(page.getByRole("row").filter({ hasText: run.name })).toContainText("Completed");
  const chart = page.getByRole("figure", { name: "Runs over time by state" });
  await expect(chart.getByText(/:/).first()).toBeVisible();
  expect(refused).toBe(3);
});
