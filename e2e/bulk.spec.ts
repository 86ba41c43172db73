import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { expect, test } from "./fixtures.ts";

test("selected runs, and no others, are deleted after a dialog that names them", async ({ page, lone }) => {
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
  await expect(dialog).toContainText("deleted permanently");
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

test("a bulk cancel skips ended runs, and says how many", async ({ page, lone }) => {
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
  await expect(dialog).toContainText("1 excluded: already ended");
  await dialog.getByRole("button", { name: "Cancel 3 flow runs" }).click();
  await expect(dialog.getByRole("status")).toHaveText("3 of 3 done");
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();

  await expect(grid.getByRole("row").filter({ hasText: "Cancelled" })).toHaveCount(3);
  await expect(grid.getByRole("row").filter({ hasText: ended.name })).toContainText("Completed");
  expect(await endless.done).toBe(1);
});

test("all matching runs are deleted, including those that the list has not loaded", async ({
  page,
  lone,
}) => {
  const { id: flow_id } = await lone.client.call(flows.create, { name: "old" });
  for (let n = 0; n < 130; n += 1)
    await lone.client.call(flowRuns.create, { flow_id, name: `old-${n}`, state: { type: "PENDING" } });
  const kept = await lone.finish("greet");
  await page.goto(`${lone.url}/runs?q=flow:old`);
  await page.getByRole("checkbox", { name: "Select all loaded runs" }).check();
  const toolbar = page.getByRole("toolbar", { name: "Actions on the selected runs" });
  await toolbar.getByRole("button", { name: "Select all that match" }).click();
  await expect(toolbar).toContainText("All 130 that match");
  await toolbar.getByRole("button", { name: "Delete" }).click();

  const dialog = page.getByRole("dialog", { name: "Delete 130 flow runs" });
  await dialog.getByRole("textbox", { name: "Type 130 to confirm" }).fill("130");
  await dialog.getByRole("button", { name: "Delete 130 flow runs" }).click();
  await expect(dialog.getByRole("status")).toHaveText("130 of 130 done");
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(page.getByText("old-", { exact: false })).toHaveCount(0);
  const left = await lone.client.call(flowRuns.filter, {});
  expect(left.map((run) => run.name)).toEqual([kept.name]);
});

test("the state of all runs that match is set, also of those that the list has not loaded, and forced", async ({
  page,
  lone,
}) => {
  const { client } = lone;
  const { id: flow_id } = await client.call(flows.create, { name: "old" });
  for (let n = 0; n < 115; n += 1)
    await client.call(flowRuns.create, { flow_id, name: `old-${n}`, state: { type: "FAILED" } });
  await page.goto(`${lone.url}/runs?q=flow:old`);
  await page.getByRole("checkbox", { name: "Select all loaded runs" }).check();
  const toolbar = page.getByRole("toolbar", { name: "Actions on the selected runs" });
  await toolbar.getByRole("button", { name: "Select all that match" }).click();
  await expect(toolbar).toContainText("All 115 that match");
  await toolbar.getByRole("button", { name: "Set state" }).click();

  const dialog = page.getByRole("dialog", { name: "Set state of 115 flow runs" });
  await dialog.getByRole("combobox", { name: "State type" }).selectOption("CANCELLED");
  await dialog.getByRole("textbox", { name: "Message" }).fill("given up");
  await dialog.getByRole("checkbox", { name: "Force" }).check();
  const start = dialog.getByRole("button", { name: "Set state of 115 flow runs" });
  await expect(start).toBeDisabled();
  await dialog.getByRole("textbox", { name: "Type 115 to confirm" }).fill("115");
  await start.click();
  await expect(dialog.getByRole("status")).toHaveText("115 of 115 done");
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  const cancelled = { flow_runs: { state: { type: { any_: ["CANCELLED" as const] } } } };
  expect(await client.call(flowRuns.count, cancelled)).toBe(115);
  const [one] = await client.call(flowRuns.filter, { ...cancelled, limit: 1 });
  expect(one?.state?.message).toBe("given up");
});
