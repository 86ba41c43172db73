import type { Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient } from "../../src/client/client.ts";
import { blockDocuments } from "../../src/schema/block-documents.ts";
import { concurrencyLimits, tagLimits } from "../../src/schema/concurrency-limits.ts";
import { deployments } from "../../src/schema/deployments.ts";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { variables } from "../../src/schema/variables.ts";
import { workPools } from "../../src/schema/work-pools.ts";
import { violations } from "../axe-violations.ts";
import { type Process, start, until } from "../processes.ts";
import { sentence } from "../run-page.ts";
import { maxConcurrent } from "./max-concurrent.ts";
import { openPages, type Pages, seen } from "./pages.ts";
import { type Dashboard, startDashboard, startPrefectServer } from "./prefect-server.ts";
import { end, openPython, type Python, succeed } from "./python.ts";
import { readingFrom } from "./run-reader.ts";
import { soon } from "./world.ts";

// Our SDK and our dashboard, on a Prefect server.

let python: Python;
let pages: Pages;
let site: Dashboard;
let client: Client;
let reading: ReturnType<typeof readingFrom>;
let served: Process | undefined;
let script: (path: string, args?: readonly string[]) => Process;

beforeAll(async () => {
  python = openPython(undefined);
  const settings = {
    PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS: "5",
    // No test uses automations there, and on a busy machine they can keep the server from starting.
    PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED: "false",
  };
  const [opened, server] = await Promise.all([openPages(), startPrefectServer(python, settings)]);
  const api = `${server.url}/api`;
  pages = opened;
  site = await startDashboard(api);
  client = createClient({ baseUrl: api });
  reading = readingFrom(client);
  script = (path, args = []) => start(process.execPath, [path, ...args], { PRAETOR_API_URL: api });
});
afterAll(async () => {
  if (served) await end(served);
  await pages?.close();
  await site?.close();
  await python?.close();
});

test("variables and blocks are made and edited there", async () => {
  const page = await pages.open(`${site.url}/variables?new`);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("region");
  await dialog.getByRole("textbox", { name: "Value" }).fill("eu");
  await dialog.getByRole("button", { name: "Create variable" }).click();
  await page.getByRole("link", { name: "region" }).click();
  await dialog.getByRole("textbox", { name: "Value" }).fill("us");
  await dialog.getByRole("button", { name: "Save variable" }).click();
  await seen(page.getByRole("row").filter({ hasText: '"us"' }));
  expect(await client.call(variables.readByName, { name: "region" })).toMatchObject({ value: "us" });

  const secret = async () => {
    const named = { slug: "secret", name: "weather", include_secrets: true };
    return (await client.call(blockDocuments.readByName, named)).data;
  };
  await page.goto(`${site.url}/blocks/catalog`);
  await page.getByRole("button", { name: /^Secret/ }).click();
  await page.getByRole("link", { name: "New Secret block" }).click();
  await page.getByRole("textbox", { name: /^Name/ }).fill("weather");
  await page.getByLabel(/^value/).fill("sunny-31");
  await page.getByRole("button", { name: "Create block" }).click();
  await page.getByRole("button", { name: "Show secrets" }).click();
  await seen(page.getByText("sunny-31"));
  await seen(page.getByText(/^Needs a Praetor server/));
  await page.getByRole("link", { name: "Edit block" }).click();
  await page.getByLabel(/^value/).fill("rainy-32");
  await page.getByRole("button", { name: "Save block" }).click();
  await soon(async () => expect(await secret()).toEqual({ value: "rainy-32" }));
  await page.close();
  pages.expectNoErrors(/503 \(Service Unavailable\)/);
});

test("the settings tell what that server does, and its typed address is asked for nothing that it does not have", async () => {
  const page = await pages.open(`${site.url}/settings`);
  await seen(page.getByText(/^Services, the size of the database and retention need a Praetor server/));
  await page.getByRole("textbox", { name: "Address of another API" }).fill(client.baseUrl);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await seen(page.getByRole("region", { name: "Connection" }).getByText(client.baseUrl));
  await seen(page.getByRole("region", { name: "Version" }).getByText(/^Prefect 3\.\d/));
  await page.close();
  pages.expectNoErrors(/503 \(Service Unavailable\)/);
});

test("our flow runs there, and each of its tasks is recorded with its dependencies", async () => {
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

test("our failing flow is reported there with its error", async () => {
  expect(await script("e2e/flows/broken.ts").ended).not.toBe(0);
  const [run] = await reading.runsOf("broken");
  expect(run?.state_type).toBe("FAILED");
});

test("our flow retries, shares slots and calls a flow, by the limits of that server", async () => {
  const limit = (name: string, slot_decay_per_second: number) =>
    soon(() => client.call(concurrencyLimits.create, { name, limit: 2, slot_decay_per_second }));
  await limit("database", 0);
  await limit("calls", 2);
  await soon(() => client.call(tagLimits.create, { tag: "narrow", concurrency_limit: 1 }));
  await succeed(script("e2e/flows/guarded.ts"));
  const run = await reading.runOf("outer");
  const [flaky] = await soon(async () => {
    const tasks = await reading.taskRunsOf(run);
    expect(tasks.map(({ state_name }) => state_name)).toEqual(tasks.map(() => "Completed"));
    return tasks.filter(({ name }) => name.startsWith("flaky-"));
  });
  if (!flaky) throw new Error("expected the task that is tried again");
  expect(flaky.run_count).toBe(3);
  await soon(async () => {
    const states = await reading.statesOf(flaky);
    expect(states.filter((name) => name === "AwaitingRetry")).toHaveLength(2);
  });
  const lines = await soon(async () => {
    const found = await reading.messagesOf(run);
    expect(found.filter((line) => line.startsWith("holds"))).toHaveLength(14);
    return found;
  });
  expect(maxConcurrent(lines.filter((line) => line.startsWith("holds database")))).toBe(2);
  expect(maxConcurrent(lines.filter((line) => line.startsWith("holds narrow")))).toBe(1);
  const inner = await reading.runOf("inner");
  expect(inner).toMatchObject({ state_type: "COMPLETED", parent_task_run_id: expect.any(String) });
  const called = (await reading.messagesOf(inner)).flatMap(
    (line) => /called at ([\d.]+)/.exec(line)?.[1] ?? [],
  );
  expect(Number(called[3]) - Number(called[0])).toBeGreaterThan(0.8);
});

test("our deployment is served there: due and requested runs complete", async () => {
  served = script("e2e/flows/served.ts");
  const { id } = await soon(() =>
    client.call(deployments.readByName, { flow_name: "report", deployment_name: "sales" }),
  );
  const parameters = { region: "south", days: 3 };
  // During many writes, a Prefect server on SQLite responds that it is busy.
  const idempotency_key = "once";
  const request = await soon(() =>
    client.call(deployments.createFlowRun, { id, parameters, idempotency_key }),
  );
  await soon(async () => {
    const run = await client.call(flowRuns.read, { id: request.id });
    expect(run.state_type).toBe("COMPLETED");
  });
  const output = "report of 3 days in the south";
  await soon(async () => expect(await reading.messagesOf(request)).toContain(output));
  await soon(async () => {
    const due = (await reading.runsOf("report")).filter(({ auto_scheduled }) => auto_scheduled);
    expect(due.some(({ state_type }) => state_type === "COMPLETED")).toBe(true);
  });
  await soon(() => client.call(deployments.pause, { id }));
});

test("our worker runs deployments of a pool there", async () => {
  const cli = (...args: string[]) => script("src/cli/main.ts", args);
  const worker = cli("worker", "start", "--pool", "local");
  await until(worker, async () => (/polls work pool/.test(worker.output()) ? true : undefined));
  await succeed(script("e2e/flows/pooled.ts"));
  expect(await succeed(cli("deployment", "run", "mine/pooled"))).toContain("mine");
  const run = await soon(async () => {
    const found = await reading.runOf("mine");
    expect(found).toMatchObject({ state_type: "RUNNING", work_pool_name: "local" });
    return found;
  });
  await succeed(cli("flow-run", "cancel", run.id));
  await soon(async () => expect(await reading.runOf("mine")).toMatchObject({ state_type: "CANCELLED" }));
  // Among the newest, though ids there are not ordered by time; before it may be one that is claimed for its time.
  const newest = await succeed(cli("flow-run", "ls", "--limit", "3"));
  expect(newest).toContain(run.name);
  expect(newest).not.toContain("NaN");
  await end(worker);
});

describe("our dashboard on it", () => {
  beforeAll(async () => {
    await soon(() => client.call(workPools.create, { name: "northern", type: "process" }));
  });

  /**
   * Opens a page, and checks that nothing on it failed: only requests that the server was too busy for are repeated.
   */
  const visit = (path: string, look: (page: Page) => Promise<unknown>) =>
    pages.visit(`${site.url}${path}`, look, /503 \(Service Unavailable\)/);
  const told = (page: Page, state: string | RegExp) => seen(sentence(page, state));

  test("shows current activity", () =>
    visit("/", async (page) => {
      await seen(page.getByRole("region", { name: "Failing" }).getByText(/record "4x3" cannot be loaded/));
      expect(await violations(page)).toEqual([]);
    }));

  test("shows a run with its graph, its timeline, its log and its attempts", async () => {
    const weather = await reading.runOf("etl-weather");
    await visit(`/runs/${weather.id}`, async (page) => {
      await told(page, /^Completed 101 tasks/);
      await seen(page.getByRole("log").getByText("Read 2922 days"));
      await seen(page.getByRole("region", { name: "Tasks of the run" }).getByText(/^summarise/));
      expect(await violations(page)).toEqual([]);
      await page.getByRole("tab", { name: "Timeline" }).click();
      await seen(page.getByRole("treeitem", { name: /^extract-0 ?, completed/ }));
      await page.getByRole("tab", { name: "Attempts" }).click();
      const states = page.getByRole("table", { name: "States, oldest first" }).getByRole("row");
      await seen(states.filter({ hasText: "Completed" }));
      expect(await violations(page)).toEqual([]);
    });
    const outer = await reading.runOf("outer");
    await visit(`/runs/${outer.id}`, async (page) => {
      const graph = page.getByRole("region", { name: "Tasks of the run" });
      await graph.getByText("flaky-0", { exact: true }).click();
      await page.getByRole("tab", { name: "Attempts" }).click();
      const states = page.getByRole("table", { name: "States, oldest first" }).getByRole("row");
      await seen(states.filter({ hasText: "attempt 3" }));
      await page.getByRole("tab", { name: "Logs" }).click();
      await graph.getByRole("link", { name: /^Open / }).click();
      await seen(page.getByRole("log").getByText(/^called at/));
    });
  });

  test("shows a run that failed with its traceback", async () => {
    const [broken] = await reading.runsOf("broken");
    await visit(`/runs/${broken?.id}`, async (page) => {
      await told(page, /^Failed in load-record-2: .*record "4x3" cannot be loaded/);
      const cause = page.getByRole("region", { name: "Cause" });
      await seen(cause.getByText("if (Number.isNaN(value)) throw new TypeError"));
      expect(await violations(page)).toEqual([]);
    });
  });

  test("lists runs, follows them without a reload, and cancels one", () =>
    visit("/runs", async (page) => {
      await seen(page.getByRole("row").filter({ hasText: "etl-weather" }));
      const endless = script("e2e/flows/endless.ts");
      const row = page.getByRole("row").filter({ hasText: "endless" });
      await seen(row.filter({ hasText: "Running" }));
      expect(await violations(page)).toEqual([]);
      await row.getByRole("link", { name: (await reading.runOf("endless")).name }).click();
      await told(page, "Running, 0 of 4 tasks done");
      await page.getByRole("button", { name: "Cancel", exact: true }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Cancel 1 flow run" }).click();
      await told(page, /^Cancelled after/);
      expect(await endless.ended).toBe(1);
      await page.goBack();
      await seen(row.filter({ hasText: "Cancelled" }));
    }));

  test("resumes a run that waits for input, which the flow then gets", async () => {
    const approval = script("e2e/flows/approval.ts");
    const run = await soon(async () => {
      const found = await reading.runOf("approval");
      expect(found.state_type).toBe("PAUSED");
      return found;
    });
    await visit(`/runs/${run.id}`, async (page) => {
      await told(page, /^Paused/);
      await page.getByRole("button", { name: "Resume", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: /^Resume / });
      await dialog.getByRole("button", { name: "true" }).click();
      await dialog.getByRole("textbox", { name: "discount" }).fill("20");
      await dialog.getByRole("button", { name: "Resume", exact: true }).click();
      await told(page, /^Completed/);
      await seen(page.getByRole("log").getByText("published with 20 % off"));
    });
    await succeed(approval);
  });

  test("lists flows, and shows one", () =>
    visit("/flows", async (page) => {
      await seen(page.getByRole("row").filter({ hasText: "report" }));
      expect(await violations(page)).toEqual([]);
      await page.getByRole("link", { name: "etl-weather" }).click();
      await seen(page.getByRole("row").filter({ hasText: "Completed" }));
      expect(await violations(page)).toEqual([]);
    }));

  test("lists deployments, runs one with other parameters, retries the run and changes the schedule", () =>
    visit("/deployments", async (page) => {
      await page.getByRole("row").filter({ hasText: "sales" }).getByRole("link", { name: "sales" }).click();
      await seen(page.getByRole("heading", { level: 1, name: "Paused: nothing is scheduled" }));
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "Edit: Every 4 seconds" }).click();
      const editor = page.getByRole("dialog");
      await editor.getByRole("button", { name: "Cron" }).click();
      await editor.getByLabel("Cron", { exact: true }).fill("30 9 * * 1-5");
      await editor.getByRole("button", { name: "Save schedule" }).click();
      await seen(page.getByText("Every weekday at 09:30"));
      await page.getByRole("button", { name: "Resume", exact: true }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /^Resume/ })
        .click();
      await seen(page.getByRole("heading", { level: 1, name: /^Runs every weekday at 09:30/ }));
      await page.getByRole("tab", { name: "Upcoming" }).click();
      await seen(
        page
          .getByRole("grid", { name: "Upcoming runs" })
          .getByRole("row")
          .getByText(/\b09:30\b/),
      );

      await page.getByRole("button", { name: "Run with…" }).click();
      const dialog = page.getByRole("dialog", { name: "Run sales" });
      await dialog.getByRole("textbox", { name: "days" }).fill("14");
      await dialog.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByRole("button", { name: "Open" }).click();
      await told(page, /^Completed/);
      await seen(page.getByRole("log").getByText(/^report of 14 days/));
      await page.keyboard.press("r");
      await page.getByRole("dialog").getByRole("button", { name: "Retry 1 flow run" }).click();
      await seen(page.getByText("Run 2 times"));
      await told(page, /^Completed/);
    }));

  test("creates, changes and deletes a limit", () =>
    visit("/capacity", async (page) => {
      await page.getByRole("button", { name: "New limit" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name", { exact: true }).fill("archive");
      await dialog.getByLabel("Slots", { exact: true }).fill("3");
      await dialog.getByRole("button", { name: "Create limit" }).click();
      const reported = page.getByText("Created archive");
      await seen(reported);
      const limit = page.getByRole("article", { name: "Limit archive" });
      await seen(limit.getByText("0 of 3 in use"));
      await reported.waitFor({ state: "detached" });
      expect(await violations(page)).toEqual([]);
      await limit.getByRole("button", { name: "Edit archive" }).click();
      await dialog.getByLabel("Slots", { exact: true }).fill("5");
      await dialog.getByRole("button", { name: "Save" }).click();
      await seen(limit.getByText("0 of 5 in use"));
      await limit.getByRole("button", { name: /^More actions/ }).click();
      await page.getByRole("menuitem", { name: /^Delete/ }).click();
      await dialog.getByRole("button", { name: "Delete limit" }).click();
      await limit.waitFor({ state: "detached" });
    }));

  test("shows pools with queues and workers, pauses one and adds a queue", () =>
    visit("/work-pools", async (page) => {
      const pools = page.getByRole("grid", { name: "Work pools" });
      await seen(pools.getByRole("row").filter({ hasText: "local" }));
      await pools.getByRole("button", { name: "Pause northern" }).click();
      await seen(pools.getByRole("button", { name: "Resume northern" }));
      await pools.getByRole("link", { name: "local" }).click();
      await page.getByRole("tab", { name: "Workers" }).click();
      await seen(page.getByRole("listitem", { name: /^Worker / }));
      // From the tab to the page, and to the list.
      await page.goBack();
      await page.goBack();
      await pools.getByRole("link", { name: "northern" }).click();
      await page.getByRole("tab", { name: "Queues" }).click();
      await page.getByRole("button", { name: "New queue" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name", { exact: true }).fill("urgent");
      await dialog.getByRole("button", { name: "Create queue" }).click();
      await seen(page.getByRole("listitem", { name: "Queue urgent" }));
      expect(await violations(page)).toEqual([]);
    }));
});
