import { afterAll, beforeAll, expect, test } from "vitest";
import { cancelled, completed, failed, flow, quote, runContext, type State, task } from "../index.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
});
afterAll(() => recorded.close());

const good = task({ name: "good" }, async (value: number) => value);
const bad = task({ name: "bad" }, async (text: string): Promise<number> => {
  throw new Error(text);
});
const stopped = task({ name: "stopped" }, () => cancelled({ message: "not today" }));

type Row = [
  row: number,
  what: string,
  body: () => unknown,
  type: string,
  name: string,
  message: string | null,
];

// The rows of the table of final states, each as user code.
const table: Row[] = [
  [
    1,
    "a body that throws",
    () => Promise.reject(new TypeError("no")),
    "FAILED",
    "Failed",
    "Flow run encountered an exception: TypeError: no",
  ],
  [
    6,
    "a state made by hand",
    () => completed({ name: "Skipped", message: "nothing new" }),
    "COMPLETED",
    "Skipped",
    "nothing new",
  ],
  [
    6,
    "a failed state made by hand",
    () => failed({ message: "3 were malformed" }),
    "FAILED",
    "Failed",
    "3 were malformed",
  ],
  [7, "a future that completes", () => good.submit(1), "COMPLETED", "Completed", "All states completed."],
  [7, "a future that fails", () => bad.submit("x"), "FAILED", "Failed", "1/1 states failed."],
  [7, "the state of a run", () => bad.submit("x").wait(), "FAILED", "Failed", "1/1 states failed."],
  [
    7,
    "an array of futures and states",
    async () => [good.submit(1), await bad.submit("x").wait()],
    "FAILED",
    "Failed",
    "1/2 states failed.",
  ],
  [
    7,
    "a set of futures, one cancelled",
    () => new Set([good.submit(1), stopped.submit(), bad.submit("x")]),
    "CANCELLED",
    "Cancelled",
    "1/3 states cancelled.",
  ],
  [
    7,
    "a map whose tasks complete",
    () => good.map([1, 2]),
    "COMPLETED",
    "Completed",
    "All states completed.",
  ],
  [
    7,
    "a future whose input failed",
    () => [good.submit(bad.submit("x"))],
    "FAILED",
    "Failed",
    "1/1 states are not final.",
  ],
  [8, "an array of futures and data", () => [good.submit(1), 2], "COMPLETED", "Completed", null],
  [
    8,
    "an object with a failed future",
    () => ({ one: good.submit(1), two: bad.submit("x") }),
    "FAILED",
    "Failed",
    "1/2 task runs failed and nothing looked at them: bad-0",
  ],
  [9, "a quoted value", () => quote([good.submit(1)]), "COMPLETED", "Completed", null],
  [
    10,
    "a generator",
    async function* () {
      yield 1;
      yield 2;
    },
    "COMPLETED",
    "Completed",
    null,
  ],
  [11, "nothing, with every task completed", () => void good.submit(1), "COMPLETED", "Completed", null],
  [
    11,
    "nothing, with a failure that nobody looked at",
    () => void bad.submit("x"),
    "FAILED",
    "Failed",
    "1/1 task runs failed and nothing looked at them: bad-0",
  ],
  [
    11,
    "nothing, with a failure only waited for",
    async () => void (await bad.submit("x").wait()),
    "FAILED",
    "Failed",
    "1/1 task runs failed and nothing looked at them: bad-0",
  ],
  [
    11,
    "nothing, with a failure looked at by its state",
    async () => void (await bad.submit("x").wait()).isFailed(),
    "COMPLETED",
    "Completed",
    null,
  ],
  [
    11,
    "nothing, with a failure asked for as a value",
    async () => void (await bad.submit("x").result({ raiseOnFailure: false })),
    "COMPLETED",
    "Completed",
    null,
  ],
  [
    11,
    "nothing, with a failure caught",
    async () => void (await bad("x").catch(() => {})),
    "COMPLETED",
    "Completed",
    null,
  ],
  [
    11,
    "nothing, with a failure carried on by the next task",
    () => void good.submit(bad.submit("x")),
    "FAILED",
    "Failed",
    "1/2 task runs failed and nothing looked at them: good-0",
  ],
  [
    12,
    "plain data, with a failure that nobody looked at",
    () => {
      bad.submit("x");
      return 5;
    },
    "COMPLETED",
    "Completed",
    null,
  ],
  [13, "an Error that is not thrown", () => new RangeError("too far"), "COMPLETED", "Completed", null],
];

test.each(table.map((row, index) => [index, ...row] as const))(
  "%i: row %i: %s",
  async (index, _, __, body, type, name, message) => {
    const state: State = await flow({ name: `final-${index}` }, body).with({ returnState: true })();
    expect({ type: state.type, name: state.name, message: state.message }).toEqual({ type, name, message });
    expect((await recorded.flowRun(`final-${index}`)).state).toMatchObject({ type, name, message });
  },
);

test("row 2: a body that takes too long", async () => {
  const late = flow({ name: "late", timeout: "30ms", grace: 0 }, () => new Promise(() => {}));
  expect(await late.with({ returnState: true })()).toMatchObject({ type: "FAILED", name: "TimedOut" });
});

test("row 3: a body whose signal a cancel request aborts", async () => {
  const waiting = flow({ name: "waiting" }, async () => {
    const { signal, flowRun } = runContext();
    const aborted = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    await recorded.world.call(flowRuns.setState, { id: flowRun?.id ?? "", state: { type: "CANCELLING" } });
    await aborted;
  });
  expect(await waiting.with({ returnState: true })()).toMatchObject({ type: "CANCELLED", name: "Cancelled" });
  const run = await recorded.flowRun("waiting");
  expect(await recorded.history(run)).toEqual(["Pending", "Running", "Cancelling", "Cancelled"]);
});

// Row 4, the end of the process, is tested in process-end.test.ts. Row 5 is not reachable yet.

test("what callers get for what a body returns", async () => {
  expect(await flow({ name: "gets-1" }, () => good.submit(1))()).toBe(1);
  expect(await flow({ name: "gets-2" }, () => good.map([1, 2]))()).toEqual([1, 2]);
  expect(await flow({ name: "gets-3" }, () => ({ a: [good.submit(1)], b: 2 }))()).toEqual({ a: [1], b: 2 });
  expect(await flow({ name: "gets-4" }, () => completed({ data: 5 }))()).toBe(5);
  const states = await flow({ name: "gets-5" }, () => [good.submit(1), good.submit(2)])();
  expect(await Promise.all(states.map((state) => state.result()))).toEqual([1, 2]);
  await expect(flow({ name: "gets-6" }, () => bad.submit("mine"))()).rejects.toThrow("mine");
  await expect(flow({ name: "gets-7" }, () => failed({ message: "by hand" }))()).rejects.toThrow("by hand");
});

test("failOn decides whether unobserved failures fail the flow", async () => {
  const body = () => void bad.submit("x");
  await expect(flow({ name: "on-1", failOn: "returned" }, body)()).resolves.toBeUndefined();
  expect((await recorded.log("on-1")).join()).toContain("nothing looked at them");
  const looked = async () => void (await bad.submit("x").result({ raiseOnFailure: false }));
  await expect(flow({ name: "on-2", failOn: "any" }, looked)()).rejects.toThrow(
    "1/1 task runs failed: bad-0",
  );
});

test("a task follows the same table", async () => {
  const parent = task({ name: "parent" }, () => void bad.submit("x"));
  const aggregate = task({ name: "aggregate" }, () => [good.submit(1), good.submit(2)]);
  const nested = flow({ name: "nested" }, async () => [parent.submit(), aggregate.submit()]);
  expect(await nested.with({ returnState: true })()).toMatchObject({
    type: "FAILED",
    message: "1/2 states failed.",
  });
  const runs = await recorded.taskRuns("nested");
  expect(runs.find((run) => run.name === "parent-0")?.state?.message).toBe(
    "1/1 task runs failed and nothing looked at them: bad-0",
  );
  expect(runs.find((run) => run.name === "aggregate-0")?.state?.message).toBe("All states completed.");
});

test("all submitted runs are awaited before the flow ends", async () => {
  const slow = task({ name: "slow" }, () => new Promise((resolve) => setTimeout(resolve, 50)));
  await flow({ name: "drained" }, () => {
    slow.submit();
    return "early";
  })();
  const [run] = await recorded.taskRuns("drained");
  expect(run?.state_type).toBe("COMPLETED");
  expect(Date.parse(run?.end_time ?? "")).toBeLessThanOrEqual(
    Date.parse((await recorded.flowRun("drained")).end_time ?? ""),
  );
});

test("drain: cancel ends submitted runs with the flow", async () => {
  const endless = task({ name: "endless", grace: 0 }, () => new Promise(() => {}));
  await flow({ name: "cut", drain: "cancel" }, async () => {
    endless.submit();
    await new Promise((resolve) => setTimeout(resolve, 10));
    return 1;
  })();
  expect((await recorded.taskRuns("cut"))[0]?.state_type).toBe("CANCELLED");
});
