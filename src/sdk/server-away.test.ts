import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { flowRuns } from "../schema/flow-runs.ts";
import { logs } from "../schema/logs.ts";
import { taskRunStates } from "../schema/states.ts";
import { taskRuns } from "../schema/task-runs.ts";
import { makeFolder, runScript, startServerProcess } from "../testing/scripts.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

test("a server that is killed and restarted has all records, and no body ran twice", async () => {
  const home = `${folder.path}/server`;
  const first = await startServerProcess(home);
  const script = runScript(
    folder.path,
    `
      import { flow, runLogger, task } from "praetor-flow";
      let bodies = 0;
      const step = task({ name: "step" }, async (n: number) => {
        bodies++;
        await new Promise((resolve) => setTimeout(resolve, 40));
        if (n % 50 === 0) runLogger().info("step " + n);
        return n;
      });
      const main = flow({ name: "away", taskConcurrency: 5 }, async () => {
        console.log("STARTED");
        const results = await step.map(Array.from({ length: 400 }, (_, n) => n)).result();
        console.log("BODIES", bodies);
        return results.length;
      });
      console.log("RESULT", await main());
    `,
    { env: { PRAETOR_API_URL: `${first.url}/api` } },
  );
  await script.until("STARTED");
  await sleep(700);
  await first.stop("SIGKILL");
  await sleep(1500);
  const second = await startServerProcess(home, Number(new URL(first.url).port));
  expect(await script.ended).toBe(0);
  expect(script.output()).toContain("BODIES 400");
  expect(script.output()).toContain("RESULT 400");

  const { client } = second;
  const flows = { name: { any_: ["away"] } };
  expect(await client.call(flowRuns.filter, { flows })).toMatchObject([
    { state_type: "COMPLETED", run_count: 1 },
  ]);
  const completed = { state: { type: { any_: ["COMPLETED" as const] } } };
  expect(await client.call(taskRuns.count, { flows })).toBe(400);
  expect(await client.call(taskRuns.count, { flows, task_runs: completed })).toBe(400);
  const [one] = await client.call(taskRuns.filter, { flows, limit: 1 });
  const states = await client.call(taskRunStates.list, { task_run_id: one?.id ?? "" });
  expect(states.map((state) => state.name)).toEqual(["Pending", "Running", "Completed"]);
  const lines = await client.call(logs.filter, {});
  expect(lines.filter((line) => line.message.startsWith("step "))).toHaveLength(8);
  await second.stop();
}, 60_000);
