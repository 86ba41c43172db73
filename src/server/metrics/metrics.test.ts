import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient } from "../../client/client.ts";
import { deployments } from "../../schema/deployments.ts";
import { events } from "../../schema/events.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import { Settings } from "../../schema/settings.ts";
import { workPools } from "../../schema/work-pools.ts";
import { connectSocket } from "../../testing/socket-client.ts";
import { type RunningServer, startServer } from "../start.ts";

const home = mkdtempSync(join(tmpdir(), "praetor-metrics-"));
let server: RunningServer;
let client: Client;
beforeAll(async () => {
  const settings = Settings.parse({ home, port: 0, logLevel: "silent" });
  server = await startServer({ settings, version: "0" });
  client = createClient({ baseUrl: `${server.url}/api` });
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true });
});

const read = async () => (await fetch(`${server.url}/metrics`)).text();
/** The sum of what a metric says, where its labels match. */
async function figure(name: string, labels = ""): Promise<number> {
  const lines = [...(await read()).matchAll(/^(\w+)(\{.*\})? (\S+)$/gm)];
  const wanted = lines.filter(([, found, of = ""]) => found === name && of.includes(labels));
  return wanted.reduce((sum, [, , , value]) => sum + Number(value), 0);
}

test("the README lists exactly the existing metrics", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../../../README.md"), "utf8");
  const rows = readme.matchAll(/^\| (`(?:praetor|process)_[^|]*)\|/gm);
  const named = [...rows].flatMap(([, cell = ""]) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const reported = [...(await read()).matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(reported.sort());
});

const flowRun = async (state: { type: "SCHEDULED" | "RUNNING" }) => {
  const { id: flow_id } = await client.call(flows.create, { name: "f" });
  return client.call(flowRuns.create, { flow_id, state });
};
const event = () => ({
  ...{ id: crypto.randomUUID(), event: "e", occurred: new Date().toISOString() },
  resource: { "prefect.resource.id": "a" },
});
const dueRun = async () => {
  await client.call(workPools.create, { name: "p", type: "process" });
  const { id: flow_id } = await client.call(flows.create, { name: "f" });
  const made = await client.call(deployments.create, { name: "d", flow_id, work_pool_name: "p" });
  await client.call(deployments.createFlowRun, { id: made.id });
};

test.each<[string, string, () => Promise<unknown>]>([
  ["praetor_http_requests_total", 'route="/version"', () => fetch(`${server.url}/api/version`)],
  ["praetor_http_request_duration_seconds_count", 'route="/hello"', () => fetch(`${server.url}/api/hello`)],
  ["praetor_events_ingested_total", "", () => client.call(events.create, { events: [event(), event()] })],
  ["praetor_flow_runs", 'state="RUNNING"', () => flowRun({ type: "RUNNING" })],
  ["praetor_work_queue_due_runs", 'work_pool="p"', dueRun],
  ["praetor_store_bytes", 'file="log"', () => flowRun({ type: "SCHEDULED" })],
  [
    "praetor_websocket_clients",
    'path="/api/praetor/live"',
    () => connectSocket(`${server.url.replace("http", "ws")}/api/praetor/live`),
  ],
  ["praetor_service_runs_total", 'service="failures"', () => sleep(2500)],
  ["praetor_service_last_success_timestamp_seconds", 'service="failures"', () => sleep(2500)],
  ["process_cpu_seconds_total", "", () => read()],
])("%s{%s} moves", async (name, labels, act) => {
  const before = await figure(name, labels);
  await act();
  expect(await figure(name, labels)).toBeGreaterThan(before);
});

test.each([
  ["praetor_events_waiting", 0],
  ["praetor_service_failures_total", 0],
])("%s is %d where all is well", async (name, value) => {
  expect(await figure(name)).toBe(value);
});

test.each([
  "praetor_event_loop_delay_seconds",
  "process_resident_memory_bytes",
  "praetor_service_interval_seconds",
  "praetor_service_duration_seconds",
])("%s is told", async (name) => {
  expect(await figure(name)).toBeGreaterThan(0);
});
