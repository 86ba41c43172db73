// First rows of the Runs page with 100,000 flow runs in the store.
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { newId } from "../src/schema/ids.ts";
import { timestamp } from "../src/schema/scalars.ts";
import { noDetails, type State, type StateType } from "../src/schema/states.ts";
import { openStore } from "../src/store/store.ts";
import { launchBrowser, makeHome, quantile, report, startServer } from "./rig.ts";

const count = 100_000;
const perTransaction = 1000;
const tries = 9;
const home = makeHome();

await seed(join(home, "praetor.db"));
const server = await startServer(home);
const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
const clicks: number[] = [];
const loads: number[] = [];
for (let attempt = 0; attempt < tries; attempt += 1) {
  await page.goto(`${server.url}/`);
  await page.waitForLoadState("networkidle");
  clicks.push(await firstRows(page, "click"));
  await page.goto(`${server.url}/`);
  await page.waitForLoadState("networkidle");
  const before = performance.now();
  await page.goto(`${server.url}/runs`, { waitUntil: "commit" });
  await page.locator('a[href^="/runs/"]').first().waitFor();
  loads.push(performance.now() - before);
}
report(
  "runs-list",
  {
    runs: count,
    afterClick: { p50: Math.round(quantile(clicks, 0.5)), max: Math.round(Math.max(...clicks)) },
    afterFullLoad: { p50: Math.round(quantile(loads, 0.5)), max: Math.round(Math.max(...loads)) },
    unit: "ms",
  },
  { afterClick: 300 },
);
await browser.close();
await server.stop();

/** Time from the click on "Runs" to the frame that shows rows. */
function firstRows(on: Page, how: "click"): Promise<number> {
  return on.evaluate((event) => {
    const link = document.querySelector<HTMLAnchorElement>('nav a[href="/runs"]');
    const start = performance.now();
    return new Promise<number>((done) => {
      const look = () => {
        if (document.querySelector('main a[href^="/runs/"]')) done(performance.now() - start);
        else requestAnimationFrame(look);
      };
      link?.dispatchEvent(new MouseEvent(event, { bubbles: true, cancelable: true, button: 0 }));
      requestAnimationFrame(look);
    });
  }, how);
}

/** Ten flows, all ends that a run can have, spread over a month. */
async function seed(path: string): Promise<void> {
  const store = await openStore({ path });
  const now = Date.now();
  const ids: string[] = [];
  for (let index = 0; index < 10; index += 1)
    ids.push((await store.flows.create(flows.create.input.parse({ name: `flow-${index}` }))).row.id);
  for (let first = 0; first < count; first += perTransaction) {
    await store.transaction(async (tx) => {
      for (let index = first; index < first + perTransaction; index += 1) {
        const time = timestamp(now - ((count - index) / count) * 30 * 86_400_000);
        const input = {
          flow_id: ids[index % ids.length] ?? "",
          name: `run-${index}`,
          tags: [`team-${index % 7}`],
          parameters: { index },
        };
        const { row } = await tx.flowRuns.create(flowRuns.create.input.parse(input));
        const state = ended(row.id, index, time);
        const times = {
          start_time: time,
          end_time: time,
          expected_start_time: time,
          total_run_time: index % 600,
          run_count: 1,
        };
        await tx.flowRuns.writeState(row, times, state);
      }
    });
  }
  await store.close();
}

function ended(runId: string, index: number, time: string): State {
  const type: StateType = index % 9 === 0 ? "FAILED" : index % 31 === 0 ? "CRASHED" : "COMPLETED";
  const name = type.charAt(0) + type.slice(1).toLowerCase();
  const message = type === "FAILED" ? `TimeoutError: upstream ${index % 5} did not answer` : null;
  return {
    id: newId(Date.parse(time)),
    type,
    name,
    timestamp: time,
    message,
    data: null,
    state_details: { ...noDetails, flow_run_id: runId },
  };
}
