// From a state change on the server to the pixel in the browser, at 50 changes a second on the Runs page; with --target prefect
// on a Prefect server (PREFECT_BIN names its programs) through `praetor dashboard`, at 5 a second.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startDashboard, startPrefectServer } from "../e2e/prefect/prefect-server.ts";
import { openPython } from "../e2e/prefect/python.ts";
import { createClient } from "../src/client/client.ts";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { flows } from "../src/schema/flows.ts";
import { toMs } from "../src/schema/scalars.ts";
import { launchBrowser, quantile, report, startServer } from "./harness.ts";

const { values } = parseArgs({
  options: {
    target: { type: "string", default: "praetor" },
    rate: { type: "string" },
    seconds: { type: "string", default: "20" },
  },
});
const isPrefect = values.target === "prefect";
const perSecond = Number(values.rate ?? (isPrefect ? 5 : 50));
const seconds = Number(values.seconds);

const { api, site, stop } = isPrefect ? await startPrefect() : await startOurs();
const client = createClient({ baseUrl: api });
const flow = await client.call(flows.create, { name: "busy" });
const runs = [];
for (let index = 0; index < 15; index += 1) {
  const state = { type: "RUNNING" as const, name: "Running" };
  runs.push(await client.call(flowRuns.create, { flow_id: flow.id, name: `busy-${index}`, state }));
}

const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(`${site}/runs`);
await page.getByText("busy-0", { exact: true }).waitFor();
await page.evaluate(() => {
  const seen = new Map<string, number>();
  Object.assign(window, { seen });
  const look = () => {
    for (const [name] of document.body.innerText.matchAll(/step-\d+/g)) {
      if (!seen.has(name)) seen.set(name, performance.timeOrigin + performance.now());
    }
  };
  // The frame after a mutation shows it.
  new MutationObserver(() => requestAnimationFrame(look)).observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
  });
});

const changed = new Map<string, number>();
const startedAt = performance.now();
for (let step = 0; step < perSecond * seconds; step += 1) {
  const run = runs[step % runs.length];
  if (!run) break;
  const name = `step-${step}`;
  void client
    .call(flowRuns.setState, { id: run.id, state: { type: "RUNNING", name }, force: true })
    .then(({ state }) => state && changed.set(name, toMs(state.timestamp)));
  await sleep(Math.max(0, startedAt + ((step + 1) * 1000) / perSecond - performance.now()));
}
await sleep(1500);

const seen = new Map<string, number>(
  await page.evaluate(() => [...(Reflect.get(window, "seen") as Map<string, number>)]),
);
const delays = [...seen].flatMap(([name, at]) => (changed.has(name) ? [at - (changed.get(name) ?? at)] : []));
report(
  `pixel, ${values.target}`,
  {
    perSecond,
    transitions: changed.size,
    shown: delays.length,
    p50: Math.round(quantile(delays, 0.5)),
    p95: Math.round(quantile(delays, 0.95)),
    max: Math.round(Math.max(...delays)),
    unit: "ms",
  },
  { p95: isPrefect ? 1500 : 500 },
);
await browser.close();
await stop();
process.exit();

async function startOurs() {
  const { url, stop } = await startServer();
  return { api: `${url}/api`, site: url, stop };
}

async function startPrefect() {
  const python = openPython(undefined);
  const { url } = await startPrefectServer(python);
  const dashboard = await startDashboard(`${url}/api`);
  const stop = async () => {
    await dashboard.close();
    await python.close();
  };
  return { api: `${url}/api`, site: dashboard.url, stop };
}
