import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { deployments } from "../src/schema/deployments.ts";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { logs } from "../src/schema/logs.ts";
import { timestamp } from "../src/schema/scalars.ts";
import { expect, test } from "./fixtures.ts";
import type { Praetor } from "./praetor.ts";

const lines = 450;

/** A deployed run that has failed, with a log that is longer than the page. */
async function failedRun({ client }: Praetor) {
  const { id: flow_id } = await client.call(flows.create, { name: "invoices" });
  const day = { type: "string" };
  const deployment = await client.call(deployments.create, {
    ...{ flow_id, name: "nightly", parameter_openapi_schema: { type: "object", properties: { day } } },
  });
  const run = await client.call(deployments.createFlowRun, {
    ...{ id: deployment.id, name: "red-lynx", parameters: { day: "monday" } },
  });
  for (const type of ["PENDING", "RUNNING"] as const)
    await client.call(flowRuns.setState, { id: run.id, state: { type } });
  await client.call(flowRuns.setState, { id: run.id, state: { type: "FAILED", message: "disk full" } });
  const at = (n: number) => timestamp(Date.now() - 60_000 + n);
  await client.call(logs.create, {
    logs: Array.from({ length: lines }, (_, n) => ({
      ...{ name: "flow", level: 20, message: `line ${n}`, timestamp: at(n), flow_run_id: run.id },
    })),
  });
  return run;
}

const choose = async (page: Page, name: string) => {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name }).click();
};

async function download(page: Page, name: string): Promise<{ file: string; text: string }> {
  const coming = page.waitForEvent("download");
  await choose(page, name);
  const saved = await coming;
  return { file: saved.suggestedFilename(), text: await readFile(await saved.path(), "utf8") };
}

test("all actions on a run are available on its page", async ({ page, praetor, context }) => {
  const { client } = praetor;
  const { id } = await failedRun(praetor);
  const read = () => client.call(flowRuns.read, { id });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${praetor.url}/runs/${id}`);
  await expect(page.getByRole("button", { name: "Retry from failed" })).toBeVisible();

  await choose(page, "Copy as Markdown");
  await expect(page.getByText("Copied red-lynx as Markdown")).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of [
    "# `invoices` run `red-lynx`: Failed",
    "disk full",
    "line 449",
    '"day": "monday"',
    `/runs/${id}`,
  ])
    expect(copied).toContain(part);

  const text = await download(page, "Download log (text)");
  expect(text.file).toBe("red-lynx-logs.txt");
  expect(text.text.trimEnd().split("\n")).toHaveLength(lines);
  const json = await download(page, "Download log (JSON lines)");
  expect(JSON.parse(json.text.split("\n")[0] ?? "")).toMatchObject({ message: "line 0" });
  const whole = await download(page, "Download run (JSON)");
  expect(JSON.parse(whole.text)).toMatchObject({
    flow_run: { id },
    flow: { name: "invoices" },
    omitted: null,
  });

  await choose(page, "Rename");
  await page.getByRole("textbox", { name: "Name" }).fill("blue-lynx");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "blue-lynx" })).toBeVisible();

  await choose(page, "Edit tags");
  const tags = page.getByRole("dialog", { name: "Tags of blue-lynx" });
  await tags.getByRole("textbox", { name: "Tags" }).fill("audited");
  await page.keyboard.press("Enter");
  await tags.getByRole("button", { name: "Save tags" }).click();
  await expect(tags).toBeHidden();
  expect((await read()).tags).toEqual(["audited"]);

  await choose(page, "Set state");
  const state = page.getByRole("dialog", { name: "Set the state of blue-lynx" });
  await state.getByRole("combobox", { name: "State type" }).selectOption("PAUSED");
  await state.getByRole("textbox", { name: "Message" }).fill("waits for the audit");
  await state.getByRole("button", { name: "Set to Paused" }).click();
  await expect(state.getByRole("alert")).toContainText("Run is already FAILED.");
  await state.getByRole("checkbox", { name: "Force" }).check();
  await state.getByRole("button", { name: "Set to Paused" }).click();
  await expect(state).toBeHidden();
  expect((await read()).state).toMatchObject({ type: "PAUSED", message: "waits for the audit" });
  await expect(page.getByRole("button", { name: "Resume" })).toBeVisible();

  await page.keyboard.press("Shift+R");
  const again = page.getByRole("dialog", { name: "Run blue-lynx again" });
  await again.getByRole("textbox", { name: "day" }).fill("tuesday");
  await again.getByRole("button", { name: "Run again" }).click();
  await expect(page).not.toHaveURL(new RegExp(id));
  const [made] = await client.call(flowRuns.filter, {
    flow_runs: { tags: { all_: ["audited"] }, id: { not_any_: [id] } },
  });
  expect(made).toMatchObject({ parameters: { day: "tuesday" }, deployment_id: expect.any(String) });

  await choose(page, "Delete");
  const removal = page.getByRole("dialog", { name: /^Delete/ });
  await expect(removal).toContainText("0 task runs, their states and logs");
  await removal.getByRole("button", { name: "Delete 1 flow run" }).click();
  await expect(page).toHaveURL(/\/runs$/);
  await expect(client.call(flowRuns.read, { id: made?.id ?? "" })).rejects.toMatchObject({ status: 404 });
});
