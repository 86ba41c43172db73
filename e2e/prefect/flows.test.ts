import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { artifacts } from "../../src/schema/artifacts.ts";
import { concurrencyLimits, tagLimits } from "../../src/schema/concurrency-limits.ts";
import { type FlowRun, flowRuns } from "../../src/schema/flow-runs.ts";
import { variables } from "../../src/schema/variables.ts";
import { violations } from "../axe-violations.ts";
import { sentence } from "../run-page.ts";
import { maxConcurrent } from "./max-concurrent.ts";
import { openPages, type Pages, seen } from "./pages.ts";
import { succeed } from "./python.ts";
import { openWorld, soon, type World } from "./world.ts";

// Scripts in Python that report to our server.

let world: World;
let pages: Pages;
beforeAll(async () => {
  world = await openWorld();
  pages = await openPages();
});
afterAll(async () => {
  await pages?.close();
  await world?.close();
});

/** Opens the page of a run in our dashboard. */
const visit = ({ id }: FlowRun, look: (page: Page) => Promise<unknown>) =>
  pages.visit(`${world.praetor.url}/runs/${id}`, look);

describe("a script", () => {
  beforeAll(async () => {
    await world.praetor.client.call(variables.create, { name: "greeting", value: "hello" });
    await succeed(world.python.script("basics"));
    // The last task of the last flow: earlier events have been recorded, too.
    await soon(async () => {
      const tasks = await world.reading.taskRunsOf(await world.reading.runOf("dividing"));
      expect(tasks).toMatchObject([{ state_type: "FAILED" }]);
    });
  });

  test("that retries a task shows each attempt", async () => {
    const run = await world.reading.runOf("retrying");
    expect(run.state_type).toBe("COMPLETED");
    const [flaky] = await world.reading.taskRunsOf(run);
    if (!flaky) throw new Error("expected a task run");
    expect(flaky).toMatchObject({ run_count: 3, state_type: "COMPLETED" });
    expect(await world.reading.statesOf(flaky)).toEqual([
      ...["Pending", "Running", "AwaitingRetry", "Retrying", "AwaitingRetry", "Retrying", "Completed"],
    ]);
    await visit(run, async (page) => {
      const graph = page.getByRole("region", { name: "Tasks of the run" });
      await seen(graph.getByText("3 attempts"));
      await graph.getByText(flaky.name, { exact: true }).click();
      await page.getByRole("tab", { name: "Attempts" }).click();
      const states = page.getByRole("table", { name: "States, oldest first" }).getByRole("row");
      await seen(states.filter({ hasText: "Retrying" }).filter({ hasText: "attempt 3" }));
      expect(await states.filter({ hasText: "Awaiting retry" }).count()).toBe(2);
      await page.getByRole("tab", { name: "Timeline" }).click();
      await seen(page.getByRole("treeitem", { name: /^flaky-.*, completed, 3 attempts/ }));
    });
  });

  test("that finds a result in its cache reports it", async () => {
    const run = await world.reading.runOf("caching");
    const taskRuns = await world.reading.taskRunsOf(run);
    expect(taskRuns.map(({ state_name }) => state_name).sort()).toEqual(["Cached", "Completed"]);
    await visit(run, async (page) => {
      const graph = page.getByRole("region", { name: "Tasks of the run" });
      await seen(graph.getByText("Cached", { exact: true }));
      expect(await graph.getByText("Cached", { exact: true }).count()).toBe(1);
      await page.getByRole("tab", { name: "Timeline" }).click();
      await seen(page.getByRole("treeitem", { name: /^expensive-.*, cached/ }));
    });
  });

  test("that maps a task gets a graph of its dependencies", async () => {
    const run = await world.reading.runOf("mapping");
    const { nodes, arrows } = await world.reading.graphOf(run);
    expect(nodes.map(({ state_type }) => state_type)).toEqual(nodes.map(() => "COMPLETED"));
    expect(arrows.map((arrow) => arrow.replace(/(numbers|total)-\w+/g, "$1"))).toEqual([
      ...["numbers → square-1", "numbers → square-2", "numbers → square-3"],
      ...["square-1 → total", "square-2 → total", "square-3 → total"],
    ]);
    await visit(run, async (page) => {
      await seen(sentence(page, /^Completed 5 tasks/));
      const tree = page.getByRole("tree", { name: /^Tasks of the run/ });
      await tree.focus();
      await seen(tree.getByRole("treeitem", { name: /^numbers-.*, 0 parents/ }));
      await page.keyboard.press("ArrowRight");
      await seen(tree.getByRole("treeitem", { name: /^square-.*, completed, 1 parent/ }));
      await page.keyboard.press("ArrowRight");
      await seen(tree.getByRole("treeitem", { name: /^total-.*, completed, 3 parents/ }));
    });
  });

  test("that calls a flow within a flow gets a node that represents its run", async () => {
    const [parent, child] = [await world.reading.runOf("parent"), await world.reading.runOf("child")];
    expect(child).toMatchObject({ name: "child-of-parent", state_type: "COMPLETED" });
    const { nodes } = await world.reading.graphOf(parent);
    expect(nodes).toMatchObject([{ kind: "flow-run", id: child.id, state_type: "COMPLETED" }]);
    expect(await world.reading.taskRunsOf(child)).toMatchObject([{ name: "square-4" }]);
    await visit(parent, async (page) => {
      const graph = page.getByRole("region", { name: "Tasks of the run" });
      await graph.getByRole("link", { name: /^Open .*child-of-parent/ }).click();
      await page.waitForURL(new RegExp(`/runs/${child.id}`));
      await page.getByRole("tab", { name: "Related" }).click();
      await seen(page.getByRole("region", { name: "Called by" }).getByRole("link", { name: parent.name }));
    });
  });

  test("that logs and prints gets both in the log of its run", async () => {
    const run = await world.reading.runOf("child");
    const lines = await world.reading.logsOf(run);
    const written = lines.map(({ message }) => message);
    expect(written).toEqual(expect.arrayContaining(["printed for parent", "squaring 4"]));
    expect(lines.find(({ message }) => message === "squaring 4")?.task_run_id).not.toBeNull();
    await visit(run, async (page) => {
      await seen(page.getByRole("log").getByText("printed for parent"));
      await page.getByRole("log").getByRole("button", { name: "square-4" }).first().click();
      await page.waitForURL(/\/tasks\//);
      await seen(page.getByRole("log").getByText("squaring 4"));
      await page.getByRole("log").getByText("printed for parent").waitFor({ state: "detached" });
    });
  });

  test("that creates artifacts and reads and sets variables finds them here", async () => {
    const run = await world.reading.runOf("keeping");
    expect(run.state_type).toBe("COMPLETED");
    const latest = await world.praetor.client.call(artifacts.readLatest, { key: "greeting" });
    expect(latest).toMatchObject({ type: "markdown", data: "# hello", flow_run_id: run.id });
    const rain = await world.praetor.client.call(artifacts.readLatest, { key: "rain" });
    expect(JSON.parse(String(rain.data))).toEqual([{ city: "Oslo", rain: 7 }]);
    const farewell = await world.praetor.client.call(variables.readByName, { name: "farewell" });
    expect(farewell.value).toEqual({ text: "bye" });
    await visit(run, async (page) => {
      await page.getByRole("tab", { name: "Artifacts" }).click();
      const greeting = page.getByRole("region", { name: "Artifact greeting" });
      await seen(greeting.getByRole("heading", { name: "hello" }));
      await seen(greeting.getByText("What it says"));
      const table = page.getByRole("region", { name: "Artifact rain" }).getByRole("table");
      await seen(table.getByRole("columnheader", { name: "city" }));
      await seen(table.getByRole("row", { name: "Oslo 7" }));
      expect(await violations(page)).toEqual([]);
    });
  });

  test("that fails shows the cause in the browser, with its position in the file", async () => {
    const run = await world.reading.runOf("dividing");
    expect(run.state_type).toBe("FAILED");
    await visit(run, async (page) => {
      await seen(sentence(page, /ZeroDivisionError: division by zero/));
      const reason = page.getByRole("region", { name: "Why it failed" });
      await seen(reason.getByText("return 10 / number"));
      expect(await reason.innerText()).toContain("basics.py");
    });
  });
});

describe("slots are never held by more than the limit allows", () => {
  beforeAll(async () => {
    const limit = (name: string, more: object) =>
      world.praetor.client.call(concurrencyLimits.create, { name, limit: 2, ...more });
    await limit("database", {});
    await limit("calls", { slot_decay_per_second: 2 });
    await world.praetor.client.call(tagLimits.create, { tag: "narrow", concurrency_limit: 1 });
    await succeed(world.python.script("limits"));
  });

  test.each([
    { flow: "guarding", what: "concurrency()", tasks: 6, most: 2 },
    { flow: "tagging", what: "a tag", tasks: 4, most: 1 },
  ])("of $what", async ({ flow, tasks, most }) => {
    const run = await world.reading.runOf(flow);
    expect(run.state_type).toBe("COMPLETED");
    const lines = (await world.reading.logsOf(run)).filter(({ message }) => message.startsWith("holds"));
    expect(lines).toHaveLength(tasks * 2);
    expect(maxConcurrent(lines.map(({ message }) => message))).toBeLessThanOrEqual(most);
  });

  test("of rate_limit(): calls after a burst wait", async () => {
    const lines = await world.reading.messagesOf(await world.reading.runOf("rating"));
    const times = lines.flatMap((line) => /called at ([\d.]+)/.exec(line)?.[1] ?? []).map(Number);
    expect(times).toHaveLength(4);
    // Two at once, and one for each half of a second.
    expect((times[3] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(0.8);
  });

  test("and while they are held the browser shows holders and waiters", async () => {
    const scripts = [world.python.script("limits", ["occupy"]), world.python.script("limits", ["occupy"])];
    await pages.visit(`${world.praetor.url}/capacity`, async (page) => {
      // For concurrency(), Prefect's client does not send the holder.
      const database = page.getByRole("article", { name: "Limit database" });
      await seen(database.getByText("2 of 2 in use"));
      await seen(database.getByText("Holder unknown"));
      const narrow = page.getByRole("article", { name: "Limit narrow" });
      await seen(narrow.getByText("1 of 1 in use"));
      await seen(narrow.getByRole("list", { name: "Slots of narrow" }).getByText(/^occupy-/));
      await seen(narrow.getByRole("list", { name: "Waiting for narrow" }).getByRole("listitem"));
      await world.praetor.client.call(variables.create, { name: "done_with_it", value: true });
      await seen(database.getByText("0 of 2 in use"));
      await seen(narrow.getByText("0 of 1 in use"));
    });
    await Promise.all(scripts.map(succeed));
  });

  test("and all are released", async () => {
    const limits = await world.praetor.client.call(concurrencyLimits.filter, {});
    const held = limits.filter(({ slot_decay_per_second: decay }) => decay === 0);
    expect(held.map(({ active_slots }) => active_slots)).toEqual(held.map(() => 0));
  });
});

test("a paused run continues when it is resumed, and with the requested input", async () => {
  const script = world.python.script("approval");
  const paused = (key: RegExp) =>
    soon(async () => {
      const run = await world.reading.runOf("approving");
      expect(run).toMatchObject({ state_type: "PAUSED" });
      expect(run.state?.state_details.pause_key).toMatch(key);
      return run;
    });
  const { id } = await paused(/./);
  const first = (await world.reading.runOf("approving")).state?.id;
  expect(await world.praetor.client.call(flowRuns.resume, { id })).toMatchObject({ status: "ACCEPT" });
  await soon(async () => {
    const { state } = await world.reading.runOf("approving");
    expect(state?.type).toBe("PAUSED");
    expect(state?.id).not.toBe(first);
  });
  const wrong = await world.praetor.client.call(flowRuns.resume, { id, run_input: { approved: "perhaps" } });
  expect(wrong.status).toBe("REJECT");
  await visit(await world.reading.runOf("approving"), async (page) => {
    await seen(sentence(page, /^Paused/));
    await page.getByRole("button", { name: "Resume", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: /^Resume / });
    const discount = dialog.getByRole("textbox", { name: "discount" });
    await discount.fill("a lot");
    await dialog.getByRole("button", { name: "Resume", exact: true }).click();
    await seen(dialog.getByText('expected a number, got "a lot"'));
    await discount.fill("20");
    await dialog.getByRole("button", { name: "true" }).click();
    await dialog.getByRole("button", { name: "Resume", exact: true }).click();
    await seen(sentence(page, /^Completed/));
    await seen(page.getByRole("log").getByText("approved: True, 20 % off"));
  });
  await succeed(script);
  const run = await world.reading.runOf("approving");
  expect(run.state_type).toBe("COMPLETED");
  const lines = await world.reading.messagesOf(run);
  expect(lines).toContain("approved: True, 20 % off");
});

test("a run under a limit continues after a pause in which its lease was renewed, though its slot was released", async () => {
  const script = world.python.script("leased");
  const state = async () => (await world.reading.runOf("leased")).state;
  await soon(async () => expect(await state()).toMatchObject({ type: "PAUSED" }));
  const paused = await world.reading.runOf("leased");
  const lease = paused.state?.state_details.deployment_concurrency_lease_id;
  expect(lease).toMatch(/./);
  const limits = await world.praetor.client.call(concurrencyLimits.filter, {});
  const name = `deployment:${paused.deployment_id}`;
  expect(limits.find((limit) => limit.name === name)).toMatchObject({ active_slots: 0 });
  // Its client tries three times before it gives up, in five seconds at most.
  await sleep(6000);
  expect(await state()).toMatchObject({ type: "PAUSED" });
  await world.praetor.client.call(flowRuns.resume, { id: paused.id });
  await succeed(script);
  expect(await state()).toMatchObject({ type: "COMPLETED" });
  expect(await world.reading.messagesOf(paused)).toContain("went on");
});

test("of a killed script nothing is inferred: its run stays running", async () => {
  const script = world.python.script("endless");
  const run = await soon(async () => {
    const found = await world.reading.runOf("endless");
    expect(found.state_type).toBe("RUNNING");
    return found;
  });
  script.child.kill("SIGKILL");
  await script.ended;
  // Its client sends no heartbeats; a user has to end the run.
  expect((await world.praetor.client.call(flowRuns.read, { id: run.id })).state_type).toBe("RUNNING");
  const state = { type: "CRASHED", message: "The process was killed." } as const;
  expect(
    (await world.praetor.client.call(flowRuns.setState, { id: run.id, state, force: true })).status,
  ).toBe("ACCEPT");
});
