import type { Page } from "@playwright/test";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blockDocuments } from "../../src/schema/block-documents.ts";
import { concurrencyLimits } from "../../src/schema/concurrency-limits.ts";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { flows } from "../../src/schema/flows.ts";
import { variables } from "../../src/schema/variables.ts";
import { workPools } from "../../src/schema/work-pools.ts";
import { type Praetor, startPraetor } from "../praetor.ts";
import { openPages, type Pages } from "./pages.ts";
import { startPrefectDashboard } from "./prefect-dashboard.ts";

// Prefect's own dashboard, on our server.

let praetor: Praetor;
let dashboard: Awaited<ReturnType<typeof startPrefectDashboard>>;
let pages: Pages;
const ids = { RUN: "", FLOW: "" };
/** What the server refused. */
const refused: string[] = [];

beforeAll(async () => {
  praetor = await startPraetor({ PRAETOR_SERVER_CORS_ORIGINS: "*" });
  dashboard = await startPrefectDashboard(`${praetor.url}/api`);
  pages = await openPages();
  const { client } = praetor;
  const { id: flow_id } = await client.call(flows.create, { name: "harvest" });
  const state = { type: "COMPLETED" } as const;
  const run = await client.call(flowRuns.create, { flow_id, name: "ripe-plum", state });
  Object.assign(ids, { RUN: run.id, FLOW: flow_id });
  await client.call(variables.create, { name: "greeting", value: "hello" });
  await client.call(workPools.create, { name: "orchard", type: "process" });
  await client.call(concurrencyLimits.create, { name: "ladders", limit: 2 });
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
  await page.goto(`${dashboard.url}${path.replace("RUN", ids.RUN).replace("FLOW", ids.FLOW)}`);
  return page;
}

test.each([
  ["/dashboard", "Flow Runs"],
  ["/runs", "ripe-plum"],
  ["/runs/flow-run/RUN", "ripe-plum"],
  ["/flows", "harvest"],
  ["/flows/flow/FLOW", "ripe-plum"],
  ["/deployments", "Deployments"],
  ["/work-pools", "orchard"],
  ["/work-pools/work-pool/orchard", "orchard"],
  ["/variables", "greeting"],
  ["/concurrency-limits", "ladders"],
  ["/events", "Events"],
  ["/artifacts", "Artifacts"],
  ["/settings", "Settings"],
  ["/automations", "Automations"],
  ["/blocks/catalog", "Slack Webhook"],
])("its page %s shows what is here, and is refused nothing", async (path, text) => {
  const page = await open(path);
  await page.getByText(text).first().waitFor();
  await page.waitForLoadState("networkidle");
  expect(refused.splice(0)).toEqual([]);
  await page.close();
});

test("a block is made, and changed without its secret being shown or lost", async () => {
  const page = await open("/blocks/catalog/slack-webhook/create");
  await page.getByLabel("Name").first().fill("ops");
  await page.getByLabel(/Webhook URL/).fill("https://hooks.slack.com/services/T/B/secret");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("********").first().waitFor();
  const read = () =>
    praetor.client.call(blockDocuments.readByName, {
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
  // While the name is typed the page may ask whether it is free: then it is not found.
  expect(refused.splice(0).filter((line) => !line.endsWith("/name/ops 404"))).toEqual([]);
});
