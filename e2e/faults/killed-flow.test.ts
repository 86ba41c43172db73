import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployments } from "../../src/schema/deployments.ts";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { flowRunStates } from "../../src/schema/states.ts";
import { taskRuns } from "../../src/schema/task-runs.ts";
import {
  makeFolder,
  runScript,
  type Script,
  type ServerProcess,
  startServerProcess,
} from "../../src/testing/scripts.ts";
import { scaled } from "./scale.ts";

// The process of a run is killed at any time from its start; the process that serves the deployment restarts it.

const kills = scaled(4, 200);
const together = 2;
const tasks = 50;
/** Milliseconds; the tasks take half as long again. */
const longest = 1000;

const folder = makeFolder();
const marks = `${folder.path}/marks`;
let server: ServerProcess;
let served: Script;
let deployment: string;
beforeAll(async () => {
  server = await startServerProcess(`${folder.path}/server`);
  const code = `
    import { appendFileSync } from "node:fs";
    import { flow, runContext, task } from "praetor-flow";
    const step = task({ name: "step" }, async (n: number) => {
      appendFileSync(${JSON.stringify(marks)}, runContext().flowRun.id + " " + n + "\\n");
      await new Promise((resolve) => setTimeout(resolve, 150));
    });
    export const work = flow({ name: "killed", retries: 1, taskConcurrency: 5 }, async () => {
      await step.map(Array.from({ length: ${tasks} }, (_, n) => n)).result();
    });
    await work.serve({ name: "here", pauseOnShutdown: false });
  `;
  served = runScript(folder.path, code, { env: { PRAETOR_API_URL: `${server.url}/api` } });
  await served.until("Serving");
  const found = await server.client.call(deployments.readByName, {
    ...{ flow_name: "killed", deployment_name: "here" },
  });
  deployment = found.id;
}, 60_000);
afterAll(async () => {
  served.child.kill("SIGTERM");
  await served.ended;
  await server.stop();
  folder.remove();
});

const read = (id: string) => server.client.call(flowRuns.read, { id });
const processOf = async (id: string) => Number((await read(id)).infrastructure_pid?.split(":")[1] ?? 0);

interface Moment {
  /** Or from the start of the process on. */
  onceItRuns: boolean;
  after: number;
}

/** Kills the process of a new run at that time; returns the id of the run once it has ended. */
async function killOne({ onceItRuns, after }: Moment): Promise<string> {
  const { id } = await server.client.call(deployments.createFlowRun, { id: deployment });
  await expect.poll(() => processOf(id), { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
  if (onceItRuns) {
    const state = async () => (await read(id)).state_type;
    await expect.poll(state, { timeout: 60_000, interval: 20 }).toBe("RUNNING");
  }
  await sleep(after);
  const { state_type } = await read(id);
  if (state_type === "PENDING" || state_type === "RUNNING") process.kill(await processOf(id), "SIGKILL");
  await expect.poll(async () => (await read(id)).state_type, { timeout: 90_000 }).toBe("COMPLETED");
  return id;
}

const legal = [
  // Killed while it ran, before it began, or after its end.
  "Scheduled Pending Submitting Running AwaitingRetry Pending Submitting Retrying Completed",
  "Scheduled Pending Submitting Scheduled Pending Submitting Running Completed",
  "Scheduled Pending Submitting Running Completed",
];

test(`a run whose process is killed is started again and completes, ${kills} of ${kills} times`, {
  timeout: 60_000 + kills * 30_000,
}, async () => {
  let restarted = 0;
  for (let killed = 0; killed < kills; killed += together) {
    const moments = Array.from({ length: together }, (_, at) => ({
      ...{ onceItRuns: at % 2 === 0, after: Math.random() * longest },
    }));
    for (const id of await Promise.all(moments.map(killOne))) {
      const states = await server.client.call(flowRunStates.list, { flow_run_id: id });
      const history = states.map(({ name }) => name).join(" ");
      expect(legal).toContain(history);
      const isRetried = history.includes("AwaitingRetry");
      if (isRetried) restarted += 1;
      const flow_runs = { id: { any_: [id] } };
      const completed = { state: { type: { any_: ["COMPLETED" as const] } } };
      const bodies = readFileSync(marks, "utf8")
        .split("\n")
        .filter((line) => line.startsWith(id));
      expect(new Set(bodies).size).toBe(tasks);
      expect(bodies.length).toBeLessThanOrEqual(isRetried ? 2 * tasks : tasks);
      const count = await server.client.call(taskRuns.count, { flow_runs, task_runs: completed });
      expect(count).toBeGreaterThanOrEqual(tasks);
      const open = {
        state: { type: { any_: ["PENDING" as const, "RUNNING" as const, "SCHEDULED" as const] } },
      };
      expect(await server.client.call(taskRuns.count, { flow_runs, task_runs: open })).toBe(0);
    }
  }
  expect(restarted).toBeGreaterThan(0);
});
