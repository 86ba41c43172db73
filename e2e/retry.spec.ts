import { deployments } from "../src/schema/deployments.ts";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { expect, test } from "./fixtures.ts";
import { sentence } from "./run-page.ts";

const objection = "started by a script, so only the script can repeat it";

test("a script's run cannot be started by the server: the page says so, and running the script again repeats it", async ({
  page,
  praetor,
}) => {
  const broken = await praetor.sample("broken");
  await page.goto(`${praetor.url}/runs/${broken.id}`);
  await expect(sentence(page, /^Failed/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Retry from failed" })).toHaveCount(0);
  await page.getByRole("button", { name: "More actions" }).click();
  const item = page.getByRole("menuitem", { name: /^Retry/ });
  await expect(item).toBeDisabled();
  await expect(item).toContainText(objection);
  await page.keyboard.press("Escape");

  const again = await praetor.finish("broken");
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Runs" }).click();
  await expect(page.getByRole("row").filter({ hasText: again.name })).toContainText("Failed");
  await expect(page.getByRole("row").filter({ hasText: broken.name })).toContainText("Failed");
});

test("a run with retries shows each of its attempts", async ({ page, praetor }) => {
  const moody = await praetor.sample("moody");
  expect(await moody.done).toBe(0);
  await page.goto(`${praetor.url}/runs/${moody.id}`);
  await expect(sentence(page, /^Completed/)).toBeVisible();
  await expect(page.getByText("Run 2 times")).toBeVisible();
  await page.getByRole("tab", { name: "Attempts" }).click();
  const states = page.getByRole("table", { name: "States, oldest first" }).getByRole("row");
  await expect(states.filter({ hasText: "attempt 1" })).toHaveCount(1);
  await expect(states.filter({ hasText: "attempt 2" })).toHaveCount(1);
  await expect(states.last()).toContainText("Completed");
  const error = page.getByRole("region", { name: "Details" }).getByRole("region", { name: "Error" });
  await expect(error).toContainText("not in the mood");
});

test("a deployed run is retried under its own id", async ({ page, praetor }) => {
  const { client } = praetor;
  const { id: flow_id } = await client.call(flows.create, { name: "deployed" });
  const deployment = await client.call(deployments.create, { flow_id, name: "nightly" });
  const { id, name } = await client.call(deployments.createFlowRun, { id: deployment.id });
  await client.call(flowRuns.setState, { id, state: { type: "PENDING" } });
  await client.call(flowRuns.setState, { id, state: { type: "RUNNING" } });
  await client.call(flowRuns.setState, { id, state: { type: "FAILED", message: "out of memory" } });

  await page.goto(`${praetor.url}/runs/${id}`);
  await expect(sentence(page, "Failed: out of memory")).toBeVisible();
  await page.getByRole("button", { name: "Retry from failed" }).click();
  const dialog = page.getByRole("dialog", { name: `Retry ${name}` });
  await expect(dialog).toContainText(`praetor flow-run retry ${id}`);
  await dialog.getByRole("button", { name: "Retry 1 flow run" }).click();
  await expect(dialog).toBeHidden();
  await expect(sentence(page, /^Waiting/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Retry from failed" })).toHaveCount(0);
});

test("runs that cannot be retried are excluded from a bulk retry, and the dialog says why", async ({
  page,
  praetor,
}) => {
  const { name } = await praetor.sample("greet");
  await page.goto(`${praetor.url}/runs?q=name%3A${name}`);
  await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  await page.getByRole("toolbar").getByRole("button", { name: "Retry" }).click();
  const dialog = page.getByRole("dialog", { name: "Retry 0 flow runs" });
  await expect(dialog).toContainText("Applies to none of the selected flow runs.");
  await expect(dialog).toContainText(`1 excluded: ${objection}`);
  await expect(dialog.getByRole("button", { name: "Retry 0 flow runs" })).toBeDisabled();
});
