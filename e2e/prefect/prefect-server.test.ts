import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient } from "../../src/client/client.ts";
import { concurrencyLimits } from "../../src/schema/concurrency-limits.ts";
import { deployments } from "../../src/schema/deployments.ts";
import { type FlowRun, flowRuns } from "../../src/schema/flow-runs.ts";
import { workPools } from "../../src/schema/work-pools.ts";
import { type Process, root, start } from "../processes.ts";
import { openPages, type Pages } from "./pages.ts";
import { startPrefectServer, startSite } from "./prefect-server.ts";
import { end, openPython, type Python, succeed } from "./python.ts";
import { readingFrom } from "./reading.ts";
import { soon } from "./world.ts";

// Our SDK and our dashboard, and a server of Prefect.

let python: Python;
let pages: Pages;
let site: Awaited<ReturnType<typeof startSite>>;
let client: Client;
let reading: ReturnType<typeof readingFrom>;
let served: Process | undefined;
let script: (path: string) => Process;

beforeAll(async () => {
  python = openPython(undefined);
  const [opened, api] = await Promise.all([openPages(), startPrefectServer(python)]);
  pages = opened;
  site = await startSite(join(root, "build/ui"), api);
  client = createClient({ baseUrl: api });
  reading = readingFrom(client);
  script = (path) => start(process.execPath, [path], { PRAETOR_API_URL: api });
});
afterAll(async () => {
  if (served) await end(served);
  await pages?.close();
  site?.close();
  await python?.close();
});

test("a flow of ours runs there, and each of its tasks is recorded with what it waited for", async () => {
  await succeed(script("examples/etl-weather.ts"));
  const run = await soon(async () => {
    const found = await reading.runOf("etl-weather");
    expect(found.state_type).toBe("COMPLETED");
    return found;
  });
  await soon(async () => {
    const { nodes, arrows } = await reading.graphOf(run);
    expect(nodes.filter(({ state_type }) => state_type === "COMPLETED")).toHaveLength(101);
    expect(arrows.filter((arrow) => arrow.includes("describe-"))).toHaveLength(2 * 96 + 2);
  });
  await soon(async () => expect(await reading.messagesOf(run)).toContain("Read 2922 days"));
});

test("a flow of ours that fails is told there with its error", async () => {
  expect(await script("e2e/flows/broken.ts").ended).not.toBe(0);
  const [run] = await reading.runsOf("broken");
  expect(run?.state_type).toBe("FAILED");
});

test("a deployment of ours is served there: runs that are due or asked for complete", async () => {
  served = script("e2e/flows/served.ts");
  const { id } = await soon(() =>
    client.call(deployments.readByName, { flow_name: "report", deployment_name: "sales" }),
  );
  const parameters = { region: "south", days: 3 };
  // While it writes much, a server of Prefect on SQLite answers that it is busy.
  const idempotency_key = "once";
  const asked = await soon(() => client.call(deployments.createFlowRun, { id, parameters, idempotency_key }));
  await soon(async () => {
    const run = await client.call(flowRuns.read, { id: asked.id });
    expect(run.state_type).toBe("COMPLETED");
  });
  const said = "report of 3 days in the south";
  await soon(async () => expect(await reading.messagesOf(asked)).toContain(said));
  await soon(async () => {
    const due = (await reading.runsOf("report")).filter(({ auto_scheduled }) => auto_scheduled);
    expect(due.some(({ state_type }) => state_type === "COMPLETED")).toBe(true);
  });
  await soon(() => client.call(deployments.pause, { id }));
});

describe("our dashboard on it", () => {
  let weather: FlowRun;
  beforeAll(async () => {
    weather = await reading.runOf("etl-weather");
    await soon(() => client.call(workPools.create, { name: "northern", type: "process" }));
    await soon(() => client.call(concurrencyLimits.create, { name: "archive", limit: 3 }));
  });

  /** Opens a page, waits for these texts, and sees that nothing on it failed. */
  async function shows(path: string, ...texts: (string | RegExp)[]) {
    const page = await pages.open(`${site.url}${path}`);
    for (const text of texts) await page.getByText(text).first().waitFor();
    expect(await page.getByRole("alert").allInnerTexts()).toEqual([]);
    pages.expectNoErrors(/404 \(Not Found\).*\/api\/praetor\/info/);
    return page;
  }

  test("shows what happens now", async () => {
    await shows("/", "broken");
  });

  test("lists runs", async () => {
    const page = await shows("/runs", weather.name, "etl-weather");
    expect(await page.getByRole("row").count()).toBeGreaterThan(2);
  });

  test("shows a run with its graph and log", async () => {
    const page = await shows(`/runs/${weather.id}`, /^Completed/, "Read 2922 days");
    await page
      .getByText(/summarise/)
      .first()
      .waitFor();
    await page.close();
  });

  test("shows a run that failed with its traceback", async () => {
    const [broken] = await reading.runsOf("broken");
    await shows(`/runs/${broken?.id}`, "Why it failed", /record "4x3" cannot be loaded/);
  });

  test("lists flows, and shows one", async () => {
    await shows("/flows", "etl-weather", "report");
    await shows(`/flows/${weather.flow_id}`, "etl-weather");
  });

  test("lists deployments, and shows one", async () => {
    await shows("/deployments", "sales");
    const { id } = await client.call(deployments.readByName, {
      ...{ flow_name: "report", deployment_name: "sales" },
    });
    await shows(`/deployments/${id}`, "sales");
  });

  test("shows pools and limits", async () => {
    await shows("/capacity", "archive");
    await shows("/capacity?tab=pools", "northern");
  });
});
