import { flowRuns } from "../src/schema/flow-runs.ts";
import { expect, test } from "./fixtures.ts";

test("chosen runs are deleted, exactly these, after a dialog that names them", async ({ page, lone }) => {
  await lone.finish("batch", "5");
  const kept = await lone.finish("greet");
  await page.goto(`${lone.url}/runs`);
  const grid = page.getByRole("grid", { name: "Flow runs" });
  const row = (name: string) => grid.getByRole("row").filter({ hasText: name });
  await expect(row("batch-")).toHaveCount(5);

  for (const name of ["batch-2", "batch-4", "batch-5"])
    await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  const toolbar = page.getByRole("toolbar", { name: "Actions on the selected runs" });
  await expect(toolbar).toContainText("3 selected");
  await toolbar.getByRole("button", { name: "Delete" }).click();

  const dialog = page.getByRole("dialog", { name: "Delete 3 flow runs" });
  await expect(dialog).toContainText("gone for good");
  for (const name of ["batch-2", "batch-4", "batch-5"]) await expect(dialog).toContainText(name);
  await expect(dialog).not.toContainText("batch-1");
  await expect(dialog).toContainText("praetor flow-run delete");
  await dialog.getByRole("button", { name: "Delete 3 flow runs" }).click();
  await expect(dialog.getByRole("status")).toHaveText("3 of 3 done");
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();

  await expect(row("batch-")).toHaveCount(2);
  await expect(row("batch-1")).toBeVisible();
  await expect(row("batch-3")).toBeVisible();
  await expect(row(kept.name)).toBeVisible();
  const left = await lone.client.call(flowRuns.filter, {});
  expect(left.map((run) => run.name).toSorted()).toEqual(["batch-1", "batch-3", kept.name].toSorted());
});

test("a bulk cancel leaves out what has ended, and says how many", async ({ page, lone }) => {
  const ended = await lone.finish("greet");
  const endless = await lone.run("endless", "3");
  await page.goto(`${lone.url}/runs`);
  const grid = page.getByRole("grid", { name: "Flow runs" });
  await expect(grid.getByRole("row").filter({ hasText: "Running" })).toHaveCount(3);
  await expect(grid.getByRole("row").filter({ hasText: ended.name })).toContainText("Completed");

  await page.getByRole("checkbox", { name: "Select all loaded runs" }).check();
  const toolbar = page.getByRole("toolbar", { name: "Actions on the selected runs" });
  await expect(toolbar).toContainText("4 selected");
  await toolbar.getByRole("button", { name: "Cancel" }).click();
  const dialog = page.getByRole("dialog", { name: "Cancel 3 flow runs" });
  await expect(dialog).toContainText("1 left out: already ended");
  await dialog.getByRole("button", { name: "Cancel 3 flow runs" }).click();
  await expect(dialog.getByRole("status")).toHaveText("3 of 3 done");
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();

  await expect(grid.getByRole("row").filter({ hasText: "Cancelled" })).toHaveCount(3);
  await expect(grid.getByRole("row").filter({ hasText: ended.name })).toContainText("Completed");
  expect(await endless.done).toBe(1);
});
