import { taskRuns } from "../src/schema/task-runs.ts";
import { expect, sameDocument, test } from "./fixtures.ts";
import { sentence } from "./run-page.ts";

test("a running flow is cancelled from its page: its tasks and its process end", async ({
  page,
  praetor,
}) => {
  const endless = await praetor.run("endless");
  await page.goto(`${praetor.url}/runs/${endless.id}`);
  await expect(sentence(page, "Running, 0 of 4 tasks done")).toBeVisible();
  const isSame = await sameDocument(page);

  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: `Cancel ${endless.name}` });
  await expect(dialog).toContainText(`praetor flow-run cancel ${endless.id}`);
  await dialog.getByRole("button", { name: "Cancel 1 flow run" }).click();
  await expect(dialog).toBeHidden();

  await expect(sentence(page, /^Cancelled after .*, 0 of 4 tasks done$/)).toBeVisible();
  expect(await endless.done).toBe(1);
  expect(await isSame()).toBe(true);

  await page.getByRole("tab", { name: "Timeline" }).click();
  const tasks = page.getByRole("treeitem", { name: /^dig-\d ?, cancelled/ });
  await expect(tasks).toHaveCount(4);
  await page.getByRole("tab", { name: "Attempts" }).click();
  const states = page.getByRole("table", { name: "States, oldest first" }).getByRole("row");
  await expect(states.filter({ hasText: "Cancelling" })).toHaveCount(1);
  await expect(states.last()).toContainText("Cancelled");
  await expect(page.getByRole("button", { name: "Cancel", exact: true })).toHaveCount(0);

  const rows = await praetor.client.call(taskRuns.filter, {
    flow_runs: { id: { any_: [endless.id] } },
  });
  expect(rows.map((row) => row.state_name)).toEqual(Array.from({ length: 4 }, () => "Cancelled"));
});

test("dismissing the dialog keeps the run", async ({ page, praetor }) => {
  const endless = await praetor.run("endless");
  await page.goto(`${praetor.url}/runs/${endless.id}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: `Cancel ${endless.name}` });
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await expect(dialog).toBeHidden();
  await expect(sentence(page, /^Running/)).toBeVisible();
});
