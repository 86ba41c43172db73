import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { failed, flow, ParameterError, RunStateError, runContext, runLogger, tags, task } from "../index.ts";
import { events, type RunError, runErrorEvent, runResultEvent } from "../schema/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
});
afterAll(() => recorded.close());

const eventsNamed = async (name: string, id: string) => {
  const filter = { event: { name: [name] }, any_resource: { id: [id] } };
  return (await recorded.world.call(events.filter, { filter })).events;
};

test("a flow and its tasks are recorded with their states, names and times", async () => {
  const add = task({ name: "add" }, async (a: number, b: number) => a + b);
  const sum = flow({ name: "sum" }, async (first: number, second: number) => add(first, second));
  expect(await sum(1, 2)).toBe(3);

  const run = await recorded.flowRun("sum");
  expect(run).toMatchObject({ state_type: "COMPLETED", run_count: 1, parameters: { first: 1, second: 2 } });
  expect(await recorded.history(run)).toEqual(["Pending", "Running", "Completed"]);
  const [taskRun] = await recorded.taskRuns("sum");
  expect(taskRun).toMatchObject({
    name: "add-0",
    state_type: "COMPLETED",
    run_count: 1,
    flow_run_id: run.id,
    flow_run_run_count: 1,
  });
  expect(taskRun?.task_key).toMatch(/^add-[0-9a-f]{8}$/);
  expect(taskRun?.total_run_time).toBeGreaterThan(0);
  expect(taskRun && (await recorded.history(taskRun))).toEqual(["Pending", "Running", "Completed"]);
});

test("functions without a name are named after the variable they are assigned to", async () => {
  const fetchDay = task((day: string) => day);
  const dailyReport = flow(() => fetchDay("monday"));
  expect(fetchDay.taskName).toBe("fetchDay");
  expect(dailyReport.flowName).toBe("daily-report");
  await dailyReport();
  expect((await recorded.taskRuns("daily-report"))[0]?.name).toBe("fetchDay-0");
});

test("a task outside any flow is recorded as a run without a flow", async () => {
  const alone = task({ name: "alone", tags: ["solo"] }, async (value: number) => value + 1);
  expect(await alone(1)).toBe(2);
  expect(await alone.submit(2).result()).toBe(3);
  const filter = { task_runs: { tags: { all_: ["solo"] } } };
  await expect.poll(() => recorded.world.call(taskRuns.filter, filter)).toHaveLength(2);
  const runs = await recorded.world.call(taskRuns.filter, filter);
  expect(runs.every((run) => run.flow_run_id === null && run.state_type === "COMPLETED")).toBe(true);
});

test("a failing flow throws the original error, reports it as data and logs it", async () => {
  class Malformed extends Error {
    override name = "Malformed";
    line = 7;
  }
  const broken = flow({ name: "broken" }, async () => {
    throw new Malformed("no number", { cause: new TypeError("x is not a number") });
  });
  await expect(broken()).rejects.toBeInstanceOf(Malformed);

  const run = await recorded.flowRun("broken");
  expect(run.state).toMatchObject({
    type: "FAILED",
    message: "Flow run encountered an exception: Malformed: no number",
  });
  const [event] = await eventsNamed(runErrorEvent, `prefect.flow-run.${run.id}`);
  expect(event?.payload).toMatchObject({
    attempt: 1,
    chain: [
      { name: "Malformed", message: "no number", properties: { line: 7 } },
      { name: "TypeError", message: "x is not a number" },
    ],
  } satisfies { attempt: number; chain: Partial<RunError["chain"][number]>[] });
  const log = await recorded.log("broken");
  expect(log.join("\n")).toContain("Caused by: TypeError: x is not a number");
});

test("a returned failed state reports no error: its message says why", async () => {
  const check = task({ name: "check" }, () => failed({ message: "3 rows were malformed" }));
  const returning = flow({ name: "returning" }, async () => {
    await check.submit().wait();
    return failed({ message: "nothing to load" });
  });
  expect(await returning.with({ returnState: true })()).toMatchObject({ message: "nothing to load" });
  const run = await recorded.flowRun("returning");
  const [taskRun] = await recorded.taskRuns("returning");
  expect(taskRun?.state).toMatchObject({ type: "FAILED", message: "3 rows were malformed" });
  expect(await eventsNamed(runErrorEvent, `prefect.flow-run.${run.id}`)).toEqual([]);
  expect(await eventsNamed(runErrorEvent, `prefect.task-run.${taskRun?.id}`)).toEqual([]);
  const log = (await recorded.log("returning")).join("\n");
  expect(log).toContain("3 rows were malformed");
  expect(log).not.toContain("RunStateError");
});

test("a message of 3 MB is short in states and events, and whole in the log", async () => {
  const message = "x".repeat(3_000_000);
  const loud = task({ name: "loud" }, () => {
    throw new Error(message);
  });
  await flow({ name: "loud-flow" }, () => loud())().catch(() => undefined);
  const run = await recorded.flowRun("loud-flow");
  const [taskRun] = await recorded.taskRuns("loud-flow");
  for (const state of [run.state, taskRun?.state]) expect(state?.message?.length).toBeLessThan(4100);
  const sent = await recorded.world.call(events.filter, {
    filter: { any_resource: { id: [`prefect.flow-run.${run.id}`] } },
  });
  expect(JSON.stringify(sent).length).toBeLessThan(100_000);
  const log = (await recorded.log("loud-flow")).join("");
  expect(log.includes(message)).toBe(true);
});

test("small results and arguments are included in events", async () => {
  const pair = task({ name: "pair" }, (left: string, right: number) => ({ left, right }));
  const previews = flow({ name: "previews" }, async () => pair("a", 1));
  await previews();
  const run = await recorded.flowRun("previews");
  const [taskRun] = await recorded.taskRuns("previews");
  const about = `prefect.task-run.${taskRun?.id}`;
  const [started] = await eventsNamed("prefect.task-run.Running", about);
  const [ended] = await eventsNamed("prefect.task-run.Completed", about);
  const [result] = await eventsNamed(runResultEvent, `prefect.flow-run.${run.id}`);
  expect(started?.payload).toMatchObject({
    input_preview: { json: '{"left":"a","right":1}', truncated: false },
  });
  expect(ended?.payload).toMatchObject({ result_preview: { json: '{"left":"a","right":1}' } });
  expect(result?.payload).toMatchObject({ result_preview: { json: '{"left":"a","right":1}' } });
});

test("a subflow is a task run of its parent, with the states of the child", async () => {
  const inner = flow({ name: "inner" }, async (value: number) => value * 2);
  const outer = flow({ name: "outer" }, async () => {
    const first = await inner(1);
    return first + (await inner(2));
  });
  expect(await outer()).toBe(6);
  const [first, second] = await recorded.taskRuns("outer");
  expect([first, second]).toMatchObject([
    { name: "inner-0", state_type: "COMPLETED" },
    { name: "inner-1", state_type: "COMPLETED" },
  ]);
  const children = await recorded.world.call(flowRuns.filter, { flows: { name: { any_: ["inner"] } } });
  expect(children.map((child) => child.parent_task_run_id).sort()).toEqual([first?.id, second?.id].sort());
});

test("tags come from options, calls and the enclosing scope", async () => {
  const work = task({ name: "work", tags: ["own"] }, () => 1);
  const tagged = flow({ name: "tagged", tags: ["flow"] }, async () => {
    await tags("inner", () => work.with({ tags: ["call"] })());
    await work();
  });
  await tags("outer", () => tagged());
  expect((await recorded.flowRun("tagged")).tags.toSorted()).toEqual(["flow", "outer"]);
  const [first, second] = await recorded.taskRuns("tagged");
  expect(first?.tags.toSorted()).toEqual(["call", "inner", "outer"]);
  expect(second?.tags.toSorted()).toEqual(["outer", "own"]);
});

test("run names are templates or functions of the arguments", async () => {
  const load = task({ runName: "load-{0}-{city}" }, (day: number, city: string) => `${day}${city}`);
  const measure = task({ runName: (city: string) => city.toUpperCase() }, (city: string) => city);
  const naming = flow({ name: "naming", runName: "for {city}" }, async ({ city }: { city: string }) => {
    await load(3, city);
    await measure(city);
  });
  await naming({ city: "oslo" });
  expect(await recorded.flowRun("naming")).toMatchObject({ name: "for oslo", parameters: { city: "oslo" } });
  expect((await recorded.taskRuns("naming")).map((run) => run.name)).toEqual(["load-3-oslo", "OSLO"]);
});

test("logs of flows and tasks are stored, console output where enabled", async () => {
  const say = task({ name: "say" }, () => {
    runLogger().warn("careful", { temperature: 5 });
  });
  const talking = flow({ name: "talking", logConsole: true }, async () => {
    console.log("printed", { deep: [1] });
    await say();
  });
  const { log } = console;
  await talking();
  expect(console.log).toBe(log);
  const lines = await recorded.log("talking");
  expect(lines).toContain("printed { deep: [ 1 ] }");
  expect(lines).toContain("careful { temperature: 5 }");
});

test("a schema gives callers its input and the body its output", async () => {
  const Days = z.object({ city: z.string(), days: z.number().default(3) });
  const schemed = flow({ name: "schemed", params: Days }, async ({ city, days }) => `${city} ${days}`);
  expect(await schemed({ city: "Oslo" })).toBe("Oslo 3");
  const wrong: unknown = { city: 5 };
  const refused = flow({ name: "refused", params: z.object({ city: z.string() }) }, async () => 1);
  // @ts-expect-error the compiler rejects it as well
  await expect(refused(wrong)).rejects.toThrow(ParameterError);
  expect((await recorded.flowRun("refused")).state).toMatchObject({
    type: "FAILED",
    message: expect.stringContaining("city"),
  });
});

test("what runContext returns in flows and tasks", async () => {
  const look = task({ name: "look", tags: ["t"] }, () => runContext());
  const looking = flow({ name: "looking" }, async (value: number) => {
    const { flowRun, taskRun } = await look();
    return { flowRun, taskRun, value };
  });
  const seen = await looking(1);
  const run = await recorded.flowRun("looking");
  expect(seen.flowRun).toMatchObject({ id: run.id, name: run.name, parameters: { value: 1 } });
  expect(seen.taskRun).toMatchObject({ name: "look-0", attempt: 1, tags: ["t"] });
  expect(() => runContext()).toThrow("expected to be called inside a flow or task run");
});

test("returnState gives the state of a flow and never throws", async () => {
  const failing = flow({ name: "failing" }, async (): Promise<number> => {
    throw new RangeError("too far");
  });
  const state = await failing.with({ returnState: true })();
  expect(state.isFailed()).toBe(true);
  expect(await state.result({ raiseOnFailure: false })).toBeInstanceOf(RangeError);
  await expect(state.result()).rejects.toThrow("too far");
});

test("a failed flow is retried when the server says so", async () => {
  let attempts = 0;
  const work = task({ name: "again" }, () => 1);
  const flaky = flow({ name: "flaky", retries: 2 }, async () => {
    await work();
    if (++attempts < 3) throw new Error("not yet");
    return attempts;
  });
  expect(await flaky()).toBe(3);
  const run = await recorded.flowRun("flaky");
  expect(run).toMatchObject({ state_type: "COMPLETED", run_count: 3 });
  expect(await recorded.history(run)).toEqual([
    "Pending",
    "Running",
    "AwaitingRetry",
    "Retrying",
    "AwaitingRetry",
    "Retrying",
    "Completed",
  ]);
  expect((await recorded.taskRuns("flaky")).map((one) => one.dynamic_key)).toEqual(["0", "1", "2"]);
});

test("a flow that exceeds its timeout ends as TimedOut, and its signal says why", async () => {
  let reason: unknown;
  const slow = flow({ name: "slow", timeout: "50ms", grace: 0 }, async () => {
    const { signal } = runContext();
    signal.addEventListener("abort", () => {
      reason = signal.reason;
    });
    await new Promise(() => {});
  });
  await expect(slow()).rejects.toThrow(RunStateError);
  expect(reason).toMatchObject({ name: "TimeoutError" });
  expect((await recorded.flowRun("slow")).state).toMatchObject({ type: "FAILED", name: "TimedOut" });
});
