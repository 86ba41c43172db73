import type { Page } from "@playwright/test";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "../../src/client/client.ts";
import { artifacts } from "../../src/schema/artifacts.ts";
import { blockDocuments } from "../../src/schema/block-documents.ts";
import { concurrencyLimits, tagLimits } from "../../src/schema/concurrency-limits.ts";
import { deployments } from "../../src/schema/deployments.ts";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { taskRuns } from "../../src/schema/task-runs.ts";
import { variables } from "../../src/schema/variables.ts";
import { workPools } from "../../src/schema/work-pools.ts";
import { workQueues } from "../../src/schema/work-queues.ts";
import { type Praetor, startPraetor } from "../praetor.ts";
import { openPages, type Pages, seen } from "./pages.ts";
import { startPrefectDashboard } from "./prefect-dashboard.ts";
import { soon } from "./world.ts";

// Prefect's own dashboard, on our server.

let praetor: Praetor;
let dashboard: Awaited<ReturnType<typeof startPrefectDashboard>>;
let pages: Pages;
let client: Client;
/** What these words stand for in the addresses below. */
const ids: Record<string, string> = {};
/** What the server refused. */
const refused: string[] = [];

beforeAll(async () => {
  praetor = await startPraetor({ PRAETOR_SERVER_CORS_ORIGINS: "*" });
  dashboard = await startPrefectDashboard(`${praetor.url}/api`);
  pages = await openPages();
  client = praetor.client;
  const [run, served] = await Promise.all([
    praetor.finish("pipeline"),
    praetor.serve("served", "report/sales"),
  ]);
  const ran = await client.call(flowRuns.read, { id: run.id });
  const [task] = await client.call(taskRuns.filter, { flow_runs: { id: { any_: [run.id] } }, limit: 1 });
  const made = { flow_run_id: run.id, task_run_id: task?.id };
  const { id: artifact } = await client.call(artifacts.create, {
    ...{ key: "rain", type: "markdown", data: "It **rained** in Oslo", ...made },
  });
  await client.call(variables.create, { name: "greeting", value: "hello" });
  await client.call(workPools.create, { name: "orchard", type: "process" });
  await client.call(concurrencyLimits.create, { name: "ladders", limit: 2 });
  const { id: limit } = await client.call(tagLimits.create, { tag: "narrow", concurrency_limit: 1 });
  Object.assign(ids, { RUN: run.id, FLOW: ran.flow_id, TASK: task?.id, DEPLOYMENT: served.id });
  Object.assign(ids, { ARTIFACT: artifact, LIMIT: limit });
});
afterAll(async () => {
  await pages?.close();
  dashboard?.close();
  await praetor?.close();
});

async function open(path: string): Promise<Page> {
  const page = await pages.open("about:blank");
  page.on("response", async (response) => {
    if (!response.url().startsWith(praetor.url) || response.status() < 400) return;
    refused.push(`${response.request().method()} ${response.url()} ${response.status()}`);
  });
  await page.goto(`${dashboard.url}${path.replace(/[A-Z]{3,}/, (word) => ids[word] ?? word)}`);
  return page;
}

test.each([
  ["/dashboard", "Flow Runs"],
  ["/runs", "pipeline"],
  ["/runs/flow-run/RUN", "published 9 rows"],
  ["/runs/flow-run/RUN?tab=TaskRuns", "publish-0"],
  ["/runs/flow-run/RUN?tab=Artifacts", "rain"],
  ["/runs/task-run/TASK", "Completed"],
  ["/flows", "pipeline"],
  ["/flows/flow/FLOW", "pipeline"],
  ["/deployments", "sales"],
  ["/deployments/deployment/DEPLOYMENT", "Every 4 seconds"],
  ["/deployments/deployment/DEPLOYMENT/run", "Where sales are counted"],
  ["/deployments/deployment/DEPLOYMENT/edit", "Where sales are counted"],
  ["/work-pools", "orchard"],
  ["/work-pools/create", "Infrastructure Type"],
  ["/work-pools/work-pool/orchard", "orchard"],
  ["/work-pools/work-pool/orchard/edit", "Base Job Template"],
  ["/work-pools/work-pool/orchard/queue/default", "Last Polled"],
  ["/variables", "greeting"],
  ["/concurrency-limits", "ladders"],
  ["/concurrency-limits?tab=task-run", "narrow"],
  ["/concurrency-limits/concurrency-limit/LIMIT", "narrow"],
  ["/events", "Events"],
  ["/artifacts", "rain"],
  ["/artifacts/key/rain", "rain"],
  ["/artifacts/artifact/ARTIFACT", "in Oslo"],
  ["/settings", "Settings"],
  ["/automations", "Automations"],
  ["/blocks", "Blocks"],
  ["/blocks/catalog", "Slack Webhook"],
  ["/blocks/catalog/slack-webhook", "Create"],
])("its page %s shows existing data, and no request fails", async (path, text) => {
  const page = await open(path);
  await page.getByText(text).first().waitFor();
  await page.waitForLoadState("networkidle");
  expect(refused.splice(0)).toEqual([]);
  await page.close();
});

test("a schedule is switched off and on, and changed", async () => {
  const page = await open("/deployments/deployment/DEPLOYMENT");
  const schedule = async () =>
    (await client.call(deployments.read, { id: ids.DEPLOYMENT ?? "" })).schedules[0];
  for (const active of [false, true]) {
    await page.getByRole("switch").first().click();
    await soon(async () => expect(await schedule()).toMatchObject({ active }));
  }
  const words = page.getByText("Every 4 seconds").first();
  await words.locator("xpath=../..").getByRole("button").last().click();
  await page.getByRole("menuitem", { name: /Edit/ }).click();
  const dialog = page.getByRole("dialog", { name: "Edit Schedule" });
  await dialog.getByLabel("Value").fill("90");
  await dialog.getByRole("button", { name: "Save" }).click();
  await soon(async () =>
    expect(await schedule()).toMatchObject({ schedule: { interval: 90 }, active: true }),
  );
  expect(refused.splice(0)).toEqual([]);
  await page.close();
});

test("a variable, a limit, a queue and an automation are created", async () => {
  const page = await open("/variables");
  await page.getByRole("button", { name: "Add Variable" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("farewell");
  await dialog.locator(".cm-content").fill('"bye"');
  await dialog.getByRole("button", { name: "Create" }).click();
  await soon(async () =>
    expect(await client.call(variables.readByName, { name: "farewell" })).toMatchObject({ value: "bye" }),
  );

  await page.goto(`${dashboard.url}/concurrency-limits`);
  await page.getByRole("button", { name: /add/i }).first().click();
  await dialog.getByLabel("Name").fill("baskets");
  await dialog.getByLabel("Concurrency Limit").fill("3");
  await dialog.getByRole("button", { name: "Save" }).click();
  await soon(async () =>
    expect(await client.call(concurrencyLimits.read, { id_or_name: "baskets" })).toMatchObject({ limit: 3 }),
  );

  await page.goto(`${dashboard.url}/work-pools/work-pool/orchard/queue/create`);
  await page.getByLabel("Name").fill("urgent");
  await page.getByRole("button", { name: "Create" }).click();
  await soon(() => client.call(workQueues.read, { pool: "orchard", name: "urgent" }));

  await page.goto(`${dashboard.url}/automations/create`);
  await page.getByRole("combobox").first().click();
  await page.getByRole("option", { name: "Flow run state" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("combobox", { name: "select action" }).click();
  await page.getByRole("option", { name: "Cancel a flow run" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Automation Name").fill("stop what begins");
  await page.getByRole("button", { name: "Save" }).click();
  await seen(page.getByRole("link", { name: "stop what begins" }));
  expect(refused.splice(0)).toEqual([]);
  await page.close();
});

test("a block is created, and changed without its secret being shown or lost", async () => {
  const page = await open("/blocks/catalog/slack-webhook/create");
  await page.getByLabel("Name").first().fill("ops");
  await page.getByLabel(/Webhook URL/).fill("https://hooks.slack.com/services/T/B/secret");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("********").first().waitFor();
  const read = () =>
    client.call(blockDocuments.readByName, {
      slug: "slack-webhook",
      name: "ops",
      include_secrets: true,
    });
  const made = await read();
  expect(made.data).toMatchObject({ url: "https://hooks.slack.com/services/T/B/secret" });
  await page.goto(`${dashboard.url}/blocks/block/${made.id}/edit`);
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(new RegExp(`/blocks/block/${made.id}$`));
  const changed = await read();
  expect(changed.updated).not.toBe(made.updated);
  expect(changed.data).toEqual(made.data);
  // While the name is typed the page may check whether it is free: the response is 404.
  expect(refused.splice(0).filter((line) => !line.endsWith("/name/ops 404"))).toEqual([]);
});
