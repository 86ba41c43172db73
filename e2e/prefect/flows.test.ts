import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { artifacts } from "../../src/schema/artifacts.ts";
import { concurrencyLimits, tagLimits } from "../../src/schema/concurrency-limits.ts";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { variables } from "../../src/schema/variables.ts";
import { openPages, type Pages } from "./pages.ts";
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

describe("a script", () => {
  beforeAll(async () => {
    await world.praetor.client.call(variables.create, { name: "greeting", value: "hello" });
    await succeed(world.python.script("basics"));
    // The last task of the last flow: what was told before it is recorded, too.
    await soon(async () => {
      const tasks = await world.reading.taskRunsOf(await world.reading.runOf("dividing"));
      expect(tasks).toMatchObject([{ state_type: "FAILED" }]);
    });
  });

  test("that tries a task again shows each attempt", async () => {
    const run = await world.reading.runOf("retrying");
    expect(run.state_type).toBe("COMPLETED");
    const [flaky] = await world.reading.taskRunsOf(run);
    if (!flaky) throw new Error("expected a task run");
    expect(flaky).toMatchObject({ run_count: 3, state_type: "COMPLETED" });
    expect(await world.reading.statesOf(flaky)).toEqual([
      ...["Pending", "Running", "AwaitingRetry", "Retrying", "AwaitingRetry", "Retrying", "Completed"],
    ]);
  });

  test("that finds a result in its cache says so", async () => {
    const taskRuns = await world.reading.taskRunsOf(await world.reading.runOf("caching"));
    expect(taskRuns.map(({ state_name }) => state_name).sort()).toEqual(["Cached", "Completed"]);
  });

  test("that maps a task gets a graph of what waited for what", async () => {
    const { nodes, arrows } = await world.reading.graphOf(await world.reading.runOf("mapping"));
    expect(nodes.map(({ state_type }) => state_type)).toEqual(nodes.map(() => "COMPLETED"));
    expect(arrows.map((arrow) => arrow.replace(/(numbers|total)-\w+/g, "$1"))).toEqual([
      ...["numbers → square-1", "numbers → square-2", "numbers → square-3"],
      ...["square-1 → total", "square-2 → total", "square-3 → total"],
    ]);
  });

  test("that calls a flow within a flow gets a node that stands for the run of it", async () => {
    const [parent, child] = [await world.reading.runOf("parent"), await world.reading.runOf("child")];
    expect(child).toMatchObject({ name: "child-of-parent", state_type: "COMPLETED" });
    const { nodes } = await world.reading.graphOf(parent);
    expect(nodes).toMatchObject([{ kind: "flow-run", id: child.id, state_type: "COMPLETED" }]);
    expect(await world.reading.taskRunsOf(child)).toMatchObject([{ name: "square-4" }]);
  });

  test("that writes and prints gets both into the log of its run", async () => {
    const lines = await world.reading.logsOf(await world.reading.runOf("child"));
    const written = lines.map(({ message }) => message);
    expect(written).toEqual(expect.arrayContaining(["printed for parent", "squaring 4"]));
    expect(lines.find(({ message }) => message === "squaring 4")?.task_run_id).not.toBeNull();
  });

  test("that keeps artifacts and reads and sets variables finds them here", async () => {
    const run = await world.reading.runOf("keeping");
    expect(run.state_type).toBe("COMPLETED");
    const latest = await world.praetor.client.call(artifacts.readLatest, { key: "greeting" });
    expect(latest).toMatchObject({ type: "markdown", data: "# hello", flow_run_id: run.id });
    const rain = await world.praetor.client.call(artifacts.readLatest, { key: "rain" });
    expect(JSON.parse(String(rain.data))).toEqual([{ city: "Oslo", rain: 7 }]);
    const farewell = await world.praetor.client.call(variables.readByName, { name: "farewell" });
    expect(farewell.value).toEqual({ text: "bye" });
  });

  test("that fails shows in the browser why, and where in its file", async () => {
    const run = await world.reading.runOf("dividing");
    expect(run.state_type).toBe("FAILED");
    const page = await pages.open(`${world.praetor.url}/runs/${run.id}`);
    await page.getByRole("heading", { level: 1, name: /ZeroDivisionError: division by zero/ }).waitFor();
    const reason = page.getByRole("region", { name: "Why it failed" });
    await reason.getByText("return 10 / number").first().waitFor();
    expect(await reason.innerText()).toContain("basics.py");
    pages.expectNoErrors();
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
    expect(mostAtOnce(lines.map(({ message }) => message))).toBeLessThanOrEqual(most);
  });

  test("of rate_limit(): what comes after a burst waits", async () => {
    const lines = await world.reading.messagesOf(await world.reading.runOf("rating"));
    const times = lines.flatMap((line) => /called at ([\d.]+)/.exec(line)?.[1] ?? []).map(Number);
    expect(times).toHaveLength(4);
    // Two at once, and one for each half of a second.
    expect((times[3] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(0.8);
  });

  test("and all come back", async () => {
    const limits = await world.praetor.client.call(concurrencyLimits.filter, {});
    const held = limits.filter(({ slot_decay_per_second: decay }) => decay === 0);
    expect(held.map(({ active_slots }) => active_slots)).toEqual(held.map(() => 0));
  });
});

/** Of lines like `holds database from 12.5` and `… until 12.8`. */
function mostAtOnce(lines: string[]): number {
  const changes = lines.map((line) => {
    const [, word, time] = /(from|until) ([\d.]+)/.exec(line) ?? [];
    return { time: Number(time), by: word === "from" ? 1 : -1 };
  });
  let [held, most] = [0, 0];
  for (const { by } of changes.sort((a, b) => a.time - b.time || a.by - b.by)) {
    held += by;
    most = Math.max(most, held);
  }
  return most;
}

test("a run that pauses goes on when it is told to, and with the answer that it asked for", async () => {
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
  const right = { approved: true, discount: 20 };
  expect((await world.praetor.client.call(flowRuns.resume, { id, run_input: right })).status).toBe("ACCEPT");
  await succeed(script);
  const run = await world.reading.runOf("approving");
  expect(run.state_type).toBe("COMPLETED");
  const lines = await world.reading.messagesOf(run);
  expect(lines).toContain("approved: True, 20 % off");
});

test("of a script that is killed nothing is claimed: its run goes on for all that is known", async () => {
  const script = world.python.script("endless");
  const run = await soon(async () => {
    const found = await world.reading.runOf("endless");
    expect(found.state_type).toBe("RUNNING");
    return found;
  });
  script.child.kill("SIGKILL");
  await script.ended;
  // Its client has no pulse that must not miss a beat; somebody has to end it.
  expect((await world.praetor.client.call(flowRuns.read, { id: run.id })).state_type).toBe("RUNNING");
  const state = { type: "CRASHED", message: "The process was killed." } as const;
  expect(
    (await world.praetor.client.call(flowRuns.setState, { id: run.id, state, force: true })).status,
  ).toBe("ACCEPT");
});
