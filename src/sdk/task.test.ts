import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  allowFailure,
  Future,
  flow,
  opaque,
  quote,
  type State,
  task,
  UpstreamError,
  unmapped,
} from "../index.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
});
afterAll(() => recorded.close());

let flowCount = 0;
/** Runs a body in its own flow and returns its result. */
async function inFlow<R>(body: () => R | Promise<R>) {
  const name = `task-test-${flowCount++}`;
  const result = await flow({ name }, async () => quote(await body()))();
  return { name, result, runs: await recorded.taskRuns(name) };
}

const double = task({ name: "double" }, async (value: number) => value * 2);
const bad = task({ name: "bad" }, async (text: string): Promise<number> => {
  throw new RangeError(text);
});

describe("futures", () => {
  test("are returned at once and give state, result or error", async () => {
    await inFlow(async () => {
      const future = double.submit(2);
      expect(future).toBeInstanceOf(Future);
      expect(future.state.isPending()).toBe(true);
      expect(await future.result()).toBe(4);
      expect(future.state.isCompleted()).toBe(true);
      expect((await future.getState()).name).toBe("Completed");
      const failing = bad.submit("no");
      expect(await failing.result({ raiseOnFailure: false })).toBeInstanceOf(RangeError);
      await expect(failing.result()).rejects.toThrow("no");
    });
  });

  test("wait returns the current state when its timeout expires", async () => {
    await inFlow(async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const slow = task(() => promise).submit();
      expect((await slow.wait({ timeout: "10ms" })).isFinal()).toBe(false);
      resolve();
      expect((await slow.wait()).isCompleted()).toBe(true);
    });
  });

  test("returnState gives states of submits, maps and calls, and never throws", async () => {
    await inFlow(async () => {
      const states = double.with({ returnState: true });
      expect((await states(1)).isCompleted()).toBe(true);
      expect(await (await states.submit(1)).result()).toBe(2);
      expect((await states.map([1, 2])).map((state) => state.name)).toEqual(["Completed", "Completed"]);
      expect((await bad.with({ returnState: true })("x")).isFailed()).toBe(true);
    });
  });

  test("recover passes the error to a fallback, whose result counts", async () => {
    const rescue = task({ name: "rescue" }, (error: Error) => error.message.length);
    const { runs } = await inFlow(async () => {
      expect(await bad.submit("four").recover(rescue).result()).toBe(4);
      expect(await double.submit(1).recover(rescue).result()).toBe(2);
    });
    const [failing, fallback, , ...more] = runs;
    expect(more).toEqual([]);
    expect(fallback?.task_inputs.wait_for).toEqual([{ input_type: "task_run", id: failing?.id }]);
  });

  test("a cancelled future ends its task alone", async () => {
    const endless = task({ name: "endless", grace: 0 }, () => new Promise<number>(() => {}));
    await inFlow(async () => {
      const future = endless.submit();
      await sleep(5);
      future.cancel("enough");
      expect(await future.wait()).toMatchObject({ type: "CANCELLED", message: "enough" });
      expect(await double.submit(1).result()).toBe(2);
    });
  });

  test("a released result is unavailable, its state is not", async () => {
    await inFlow(async () => {
      const future = double.submit(1);
      await future.wait();
      future.release();
      await expect(future.result()).rejects.toThrow("released");
      expect(future.state.isCompleted()).toBe(true);
    });
  });
});

describe("map", () => {
  test("makes one run per element, with unmapped arguments the same for all", async () => {
    const scale = task(
      { name: "scale" },
      (value: number, factor: number, unit: string) => `${value * factor} ${unit}`,
    );
    const { result, runs } = await inFlow(() =>
      scale.map([1, 2], unmapped(10), new Set(["m", "km"])).result(),
    );
    expect(result).toEqual(["10 m", "20 km"]);
    expect(runs.map((run) => run.name)).toEqual(["scale-0", "scale-1"]);
  });

  test("accepts futures in lists, and futures of lists", async () => {
    const list = task(() => [1, 2, 3]);
    const { result } = await inFlow(async () => [
      await double.map([double.submit(1), 5]).result(),
      await double.map(list.submit()).result(),
      await double.map(double.map([1, 2])).result(),
    ]);
    expect(result).toEqual([
      [4, 10],
      [2, 4, 6],
      [4, 8],
    ]);
  });

  test("elements of a list that a run returned depend on that run, numbers and strings too", async () => {
    const list = task({ name: "list" }, () => [1, 2]);
    const { runs } = await inFlow(async () => {
      await double.map(list.submit()).result();
      await double.map(await list()).result();
      await double.map([3]).result();
    });
    const lists = runs.filter((run) => run.name.startsWith("list")).map(({ id }) => id);
    const parents = runs
      .filter((run) => run.name.startsWith("double"))
      .map((run) =>
        Object.values(run.task_inputs).flatMap((inputs) => inputs.map((input) => "id" in input && input.id)),
      );
    expect(parents).toEqual([[lists[0]], [lists[0]], [lists[1]], [lists[1]], []]);
  });

  test("a list that still grows is complete for the task or the map it is passed to, with its edges", async () => {
    const list = task({ name: "list" }, () => [1, 2, 3]);
    const add = task({ name: "add" }, (all: number[]) => all.reduce((sum, one) => sum + one, 0));
    const { result, runs } = await inFlow(async () => [
      await add.submit(double.map(list.submit())).result(),
      await double.map(double.map(list.submit())).result(),
      await add
        .with({ waitFor: [double.map(list.submit())] })
        .submit([5])
        .result(),
    ]);
    expect(result).toEqual([12, [4, 8, 12], 5]);
    const [first, last] = runs.filter((run) => run.name.startsWith("add"));
    expect(first?.task_inputs.all).toHaveLength(3);
    expect(last?.task_inputs.wait_for).toHaveLength(3);
  });

  test("a task fails with the reason why its list argument cannot be read", async () => {
    const broken = task({ name: "broken-list" }, (): number[] => {
      throw new RangeError("no rows");
    });
    const count = task({ name: "count-rows" }, (all: number[]) => all.length);
    const { runs } = await inFlow(async () => {
      const counted = count.submit(double.map(broken.submit()));
      await expect(counted.result()).rejects.toThrow("no rows");
    });
    expect(runs.find((run) => run.name === "count-rows-0")).toMatchObject({ state_type: "FAILED" });
  });

  test("reads generators lazily, never far ahead of started runs", async () => {
    let made = 0;
    let ended = 0;
    let most = 0;
    function* numbers() {
      for (; made < 3000; made++) {
        most = Math.max(most, made - ended);
        yield made;
      }
    }
    const count = task({ name: "count" }, (_: number) => {
      ended++;
    });
    const list = await inFlow(async () => (await count.map(numbers()).wait()).length);
    expect(list.result).toBe(3000);
    expect(most).toBeLessThanOrEqual(1000);
  });

  test("yields results in order of completion", async () => {
    const nap = task(async (ms: number) => {
      await sleep(ms);
      return ms;
    });
    const { result } = await inFlow(async () => {
      const seen: number[] = [];
      for await (const ms of nap.map([60, 1, 30])) seen.push(ms);
      return seen;
    });
    expect(result).toEqual([1, 30, 60]);
  });

  test.each([
    ["lists of different lengths", () => sumOf.map([1, 2], [1]), "expected lists of one length, got 2 and 1"],
    ["no list at all", () => sumOf.map(unmapped(1), unmapped(2)), "expected at least one list"],
    // @ts-expect-error also rejected by the compiler
    ["a single value", () => sumOf.map([1], 2), "use unmapped(value)"],
    // @ts-expect-error also rejected by the compiler
    ["a text", () => sumOf.map("ab", [1, 2]), "got string"],
  ])("refuses %s", async (_, call, message) => {
    await inFlow(() => expect(call).toThrow(message));
  });
  const sumOf = task((a: number, b: number) => a + b);

  test("at most as many tasks run at once as the runner has places", async () => {
    let now = 0;
    let most = 0;
    const busy = task(async (_: number) => {
      most = Math.max(most, ++now);
      await sleep(2);
      now--;
    });
    await flow({ name: "narrow", taskConcurrency: 3 }, () =>
      busy.map(Array.from({ length: 20 }, (_, index) => index)).result(),
    )();
    expect(most).toBe(3);
  });

  test("tasks that wait for tasks they submitted do not block the runner", async () => {
    const parent = task(
      { name: "parent" },
      async (value: number) => (await double.submit(value).result()) + 1,
    );
    const nesting = flow({ name: "nesting", taskConcurrency: 2 }, () => parent.map([1, 2, 3, 4, 5]).result());
    expect(await nesting()).toEqual([3, 5, 7, 9, 11]);
  });

  test("consumers go before producers", async () => {
    const order: string[] = [];
    const produce = task((value: number) => {
      order.push(`p${value}`);
      return value;
    });
    const consume = task((value: number) => void order.push(`c${value}`));
    await flow({ name: "order", taskConcurrency: 1 }, async () => {
      for (const value of [0, 1, 2]) consume.submit(produce.submit(value));
    })();
    expect(order).toEqual(["p0", "c0", "p1", "c1", "p2", "c2"]);
  });
});

describe("edges", () => {
  const edge = (run: { id: string } | undefined) => ({ input_type: "task_run", id: run?.id });

  test("come from futures, states, structures, waitFor and objects that tasks returned", async () => {
    const make = task({ name: "make" }, () => ({ rows: [1], inner: { deep: 1 } }));
    const take = task({ name: "take" }, (_first: unknown, _second?: unknown) => 1);
    const { runs } = await inFlow(async () => {
      const future = double.submit(1);
      const state: State<number> = await double.submit(2).wait();
      const made = await make();
      await take.submit(future, { inside: [state] }).wait();
      await take.submit(made.inner, made).wait();
      await take
        .with({ waitFor: [future] })
        .submit(1)
        .wait();
    });
    const [first, second, maker, byFuture, byObject, waiting] = runs;
    expect(byFuture?.task_inputs).toEqual({ _first: [edge(first)], _second: [edge(second)] });
    expect(byObject?.task_inputs).toEqual({ _first: [edge(maker)], _second: [edge(maker)] });
    expect(waiting?.task_inputs).toEqual({ _first: [], wait_for: [edge(first)] });
  });

  test("a task within a task names its parent", async () => {
    const outer = task({ name: "outer" }, () => double(1));
    const { runs } = await inFlow(() => outer());
    expect(runs[1]?.task_inputs).toEqual({ value: [], __parents__: [edge(runs[0])] });
  });

  test("quoted values are not searched, opaque ones only at the top level", async () => {
    const pass = task({ name: "pass" }, (value: unknown) => value);
    const { result } = await inFlow(async () => {
      const inner = double.submit(4);
      const quoted = await pass.submit(quote({ inner })).result();
      const nested = task(() => ({ inner }));
      const opened = await pass.submit(opaque(nested.submit())).result();
      return [quoted, opened];
    });
    expect(result[0]).toMatchObject({ inner: expect.any(Future) });
    expect(result[1]).toMatchObject({ inner: expect.any(Future) });
  });

  test("structures that contain futures are passed with their results", async () => {
    const pass = task({ name: "pass" }, (value: unknown) => value);
    const shared = double.submit;
    const { result } = await inFlow(() =>
      pass
        .submit({
          list: [shared(1), 2],
          map: new Map([["a", shared(2)]]),
          set: new Set([shared(3)]),
          kept: { a: 1 },
        })
        .result(),
    );
    expect(result).toEqual({ list: [2, 2], map: new Map([["a", 4]]), set: new Set([6]), kept: { a: 1 } });
  });

  test("a circular structure is searched once", async () => {
    const ring: { self?: unknown; future?: Future<number> } = {};
    ring.self = ring;
    const { runs } = await inFlow(async () => {
      ring.future = double.submit(1);
      await task({ name: "ring" }, (_value: unknown) => 1)
        .submit(ring)
        .wait();
    });
    expect(runs[1]?.task_inputs).toEqual({ _value: [edge(runs[0])] });
  });
});

describe("a failed input", () => {
  test("keeps a task from starting: it stays NotReady, and its message names the failed run", async () => {
    const { runs } = await inFlow(async () => {
      const after = double.submit(bad.submit("no"));
      await expect(after.result()).rejects.toThrow(UpstreamError);
      expect((await after.wait()).name).toBe("NotReady");
    });
    expect(runs[1]?.state).toMatchObject({
      type: "PENDING",
      name: "NotReady",
      message: "Upstream task run 'bad-0' did not reach a 'COMPLETED' state.",
    });
  });

  test("is an ordinary argument where allowFailure is used", async () => {
    const explain = task((value: number | Error) => (value instanceof Error ? value.message : "fine"));
    const { result } = await inFlow(() => explain.submit(allowFailure(bad.submit("why"))).result());
    expect(result).toBe("why");
  });
});
