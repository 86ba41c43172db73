import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backoff, flow, quote, runContext, type State, task } from "../index.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { type RunRecord, recordInWorld } from "../testing/run-records.ts";

let recorded: RunRecord;
beforeAll(async () => {
  recorded = await recordInWorld();
});
afterAll(() => recorded.close());

let flowCount = 0;
/** Runs a body in its own flow and returns the flow's task runs. */
async function inFlow<R>(body: () => R | Promise<R>) {
  const name = `attempts-${flowCount++}`;
  await flow({ name }, async () => quote(await body()))();
  return { runs: await recorded.taskRuns(name) };
}

describe("retries", () => {
  const failTimes = (times: number) => {
    let left = times;
    return async () => {
      if (left-- > 0) throw new Error("flaky");
      return "done";
    };
  };

  test.each([
    [
      "at once without a delay",
      { retries: 2 },
      2,
      ["Pending", "Running", "Retrying", "Retrying", "Completed"],
    ],
    [
      "after a delay as AwaitingRetry",
      { retries: 1, retryDelay: "10ms" as const },
      1,
      ["Pending", "Running", "AwaitingRetry", "Retrying", "Completed"],
    ],
    ["until they are used up", { retries: 1 }, 5, ["Pending", "Running", "Retrying", "Failed"]],
    ["not without retries", {}, 1, ["Pending", "Running", "Failed"]],
    [
      "not when the condition says no",
      { retries: 3, retryCondition: () => false },
      1,
      ["Pending", "Running", "Failed"],
    ],
    [
      "while the condition says yes",
      { retries: 3, retryCondition: async (_: unknown, { attempt }: { attempt: number }) => attempt < 2 },
      5,
      ["Pending", "Running", "Retrying", "Failed"],
    ],
    [
      "not when the condition throws",
      { retries: 3, retryCondition: () => Promise.reject(new Error("oops")) },
      1,
      ["Pending", "Running", "Failed"],
    ],
  ])("%s", async (_, options, failures, history) => {
    const flaky = task({ name: "flaky", ...options }, failTimes(failures));
    const { runs } = await inFlow(() => flaky.with({ returnState: true })());
    const [run] = runs;
    expect(run && (await recorded.history(run))).toEqual(history);
    expect(run?.run_count).toBe(history.filter((name) => ["Running", "Retrying"].includes(name)).length);
  });

  test("the policy is recorded with its delays", async () => {
    const patient = task(
      { name: "patient", retries: 3, retryDelay: backoff(2, { max: "5s" }), retryJitter: 0.5 },
      () => 1,
    );
    const { runs } = await inFlow(() => patient());
    expect(runs[0]?.empirical_policy).toMatchObject({ retries: 3, retry_jitter_factor: 0.5 });
    expect(runs[0]?.empirical_policy.retry_delay).toHaveLength(50);
  });

  test("a negative number of retries and unknown units are rejected when the task is defined", () => {
    expect(() => task({ retries: -1 }, () => 1)).toThrow("retries: expected a whole number from 0, got -1");
    // @ts-expect-error also rejected by the compiler
    expect(() => task({ timeout: "5 parsecs" }, () => 1)).toThrow(
      'timeout: expected seconds or a text such as "30s"',
    );
  });
});

describe("timeouts", () => {
  test("abort the signal, end the run as TimedOut and can be retried", async () => {
    let aborted = 0;
    const slow = task({ name: "slow", timeout: "20ms", retries: 1 }, async () => {
      const { signal } = runContext();
      await sleep(5000, undefined, { signal }).catch(() => {
        aborted++;
        throw signal.reason;
      });
    });
    const { runs } = await inFlow(() => slow.with({ returnState: true })());
    expect(aborted).toBe(2);
    expect(runs[0] && (await recorded.history(runs[0]))).toEqual([
      "Pending",
      "Running",
      "Retrying",
      "TimedOut",
    ]);
    expect(runs[0]?.state?.message).toBe("Task run exceeded timeout of 0.02 second(s)");
  });

  test("a body that ignores its signal is abandoned after the grace period, and its later actions are ignored", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const deaf = task({ name: "deaf", timeout: "10ms", grace: "20ms" }, () => promise);
    const { runs } = await inFlow(() => deaf.with({ returnState: true })());
    resolve("late");
    await sleep(20);
    const again = await recorded.world.call(taskRuns.read, { id: runs[0]?.id ?? "" });
    expect(again.state_name).toBe("TimedOut");
    expect(await recorded.history(again)).toEqual(["Pending", "Running", "TimedOut"]);
  });
});

describe("hooks", () => {
  test("run after their state is set, and their errors do not affect the run", async () => {
    const seen: string[] = [];
    const note = (what: string) => (subject: { name: string }, run: { name: string }, state: State) =>
      void seen.push(`${what}: ${subject.name} ${run.name.split("-")[0]} ${state.name}`);
    const hooks = {
      onRunning: note("running"),
      onCompletion: [note("completed")],
      onFailure: note("failed"),
    };
    const steps = task({ name: "steps", ...hooks }, (isGood: boolean) => {
      if (!isGood) throw new Error("no");
    });
    const broken = () => {
      throw new Error("a bad hook");
    };
    const hooked = flow({ name: "hooked", ...hooks, onCompletion: [broken, note("completed")] }, async () => {
      await steps(true);
      await steps(false).catch(() => {});
    });
    await hooked.with({ runName: "hooked" })();
    expect(seen).toEqual([
      "running: hooked hooked Running",
      "running: steps steps Running",
      "completed: steps steps Completed",
      "running: steps steps Running",
      "failed: steps steps Failed",
      "completed: hooked hooked Completed",
    ]);
    expect((await recorded.log("hooked")).join()).toContain("The hook 'broken' failed: Error: a bad hook");
  });
});
