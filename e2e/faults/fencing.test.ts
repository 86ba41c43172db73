import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { deployments } from "../../src/schema/deployments.ts";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { logs } from "../../src/schema/logs.ts";
import { runCommands } from "../../src/schema/run-commands.ts";
import { flowRunStates } from "../../src/schema/states.ts";
import { taskRuns } from "../../src/schema/task-runs.ts";
import { CuttableProxy } from "../../src/testing/cuttable-proxy.ts";
import { Replica } from "../../src/testing/replicas.ts";
import { runScript } from "../../src/testing/scripts.ts";
import { scaled } from "./scale.ts";

const tasks = scaled(6, 20);
/** Seconds without a heartbeat before a run is given up, and between two heartbeats. */
const silence = scaled(5, 35);
const beat = scaled(1, 10);
const patience = { timeout: scaled(60, 120) * 1000, interval: 250 };

const program = `
  import { appendFileSync } from "node:fs";
  import { setTimeout as sleep } from "node:timers/promises";
  import { flow, runLogger, task } from "praetor-flow";
  const step = task({ name: "step" }, async (n: number) => {
    appendFileSync(process.env.RAN ?? "", n + "\\n");
    runLogger().info("step of " + process.pid);
    await sleep(500);
  });
  export const work = flow({ name: "stopped" }, async () => {
    for (let n = 0; n < ${tasks}; n++) await step(n);
  });
  await work.serve({ name: "here" });
`;

test("of a stopped runner and the one that took over its run, only the second writes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "praetor-fencing-"));
  const server = new Replica({
    ...{ PRAETOR_HOME: folder, PRAETOR_LOG_LEVEL: "silent" },
    PRAETOR_SERVER_RUN_SILENCE_SECONDS: String(silence),
  });
  await server.start();
  const way = new CuttableProxy(Number(new URL(server.api).port));
  const ran = join(folder, "ran");
  const runner = async (api: string) => {
    const env = { PRAETOR_API_URL: api, PRAETOR_HEARTBEAT_SECONDS: String(beat), RAN: ran };
    const script = runScript(folder, program, { env });
    onTestFinished(() => void script.child.kill("SIGKILL"));
    await script.until("Serving");
    return script;
  };
  onTestFinished(async () => {
    await server.kill();
    way.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const first = await runner(`http://127.0.0.1:${await way.listen()}/api`);
  const { client } = server;
  const { id: deployment } = await client.call(deployments.readByName, {
    flow_name: "stopped",
    deployment_name: "here",
  });
  const { id } = await client.call(deployments.createFlowRun, { id: deployment });
  const read = () => client.call(flowRuns.read, { id });
  const tasksOf = () =>
    client.call(taskRuns.filter, { flow_runs: { id: { any_: [id] } }, sort: "EXPECTED_START_TIME_ASC" });
  const linesOf = async (pid: number) =>
    (await client.call(logs.filter, { logs: { flow_run_id: { any_: [id] } } })).filter(({ message }) =>
      message.endsWith(`step of ${pid}`),
    ).length;

  // Two tasks have begun when the process is stopped, with all its connections closed.
  await expect.poll(async () => (await tasksOf()).length, patience).toBeGreaterThan(1);
  const pid = Number((await read()).infrastructure_pid?.split(":")[1]);
  const stopped = [pid, first.child.pid ?? 0];
  for (const one of stopped) process.kill(one, "SIGSTOP");
  way.cut();
  await expect.poll(async () => (await read()).state_name, patience).toBe("Crashed");

  const retried = await client.call(runCommands.command, { id, verb: "retry" });
  expect(retried).toMatchObject({ is_done: true });
  await runner(server.api);
  await expect.poll(async () => (await read()).state_name, patience).toBe("Completed");
  const before = { run: await read(), tasks: await tasksOf(), lines: await linesOf(pid) };
  expect(
    before.tasks.filter(
      ({ state_type, flow_run_run_count }) => flow_run_run_count === 2 && state_type === "COMPLETED",
    ),
  ).toHaveLength(tasks);

  way.mend();
  for (const one of stopped) process.kill(one, "SIGCONT");
  await first.until("is gone");
  await expect.poll(() => isAlive(pid), patience).toBe(false);
  expect({ run: await read(), tasks: await tasksOf(), lines: await linesOf(pid) }).toEqual(before);
  const names = (await client.call(flowRunStates.list, { flow_run_id: id })).map(({ name }) => name);
  expect(names.filter((name) => name === "Completed")).toHaveLength(1);
  const starts = Object.values(Object.groupBy(readFileSync(ran, "utf8").trim().split("\n"), (line) => line));
  expect(Math.max(...starts.map((lines) => lines?.length ?? 0))).toBeLessThanOrEqual(2);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
