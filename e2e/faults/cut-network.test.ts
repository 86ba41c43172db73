import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { flowRuns } from "../../src/schema/flow-runs.ts";
import { taskRuns } from "../../src/schema/task-runs.ts";
import { CuttableProxy } from "../../src/testing/cuttable-proxy.ts";
import { describeOnPostgres } from "../../src/testing/postgres-databases.ts";
import { Replica } from "../../src/testing/replicas.ts";
import { runScript } from "../../src/testing/scripts.ts";
import { scaled } from "./scale.ts";

const tasks = scaled(40, 300);
/** Seconds without a heartbeat before a run is given up, and between two heartbeats. */
const silence = scaled(6, 35);
const beat = scaled(1, 10);
const patience = { timeout: scaled(60, 120) * 1000, interval: 250 };

/** Runs its tasks one after the other while disconnected, and writes a line for each. */
const program = `
  import { appendFileSync } from "node:fs";
  import { setTimeout as sleep } from "node:timers/promises";
  import { flow, task } from "praetor-flow";
  const step = task({ name: "step" }, async (n: number) => {
    await sleep(1000 + ${silence * 1000} * n / ${tasks});
    appendFileSync(process.env.RAN ?? "", n + "\\n");
  });
  await flow({ name: "cut-off", taskConcurrency: ${tasks} }, async () => {
    await step.map(Array.from({ length: ${tasks} }, (_, n) => n)).result();
    await sleep(${(silence + 4) * 1000});
  })();
`;

async function cutOff(database: Record<string, string>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "praetor-cut-"));
  const server = new Replica({
    ...database,
    ...{ PRAETOR_HOME: folder, PRAETOR_LOG_LEVEL: "silent" },
    PRAETOR_SERVER_RUN_SILENCE_SECONDS: String(silence),
  });
  await server.start();
  const way = new CuttableProxy(Number(new URL(server.api).port));
  const ran = join(folder, "ran");
  const script = runScript(folder, program, {
    env: {
      PRAETOR_API_URL: `http://127.0.0.1:${await way.listen()}/api`,
      ...{ PRAETOR_HEARTBEAT_SECONDS: String(beat), RAN: ran },
    },
  });
  onTestFinished(async () => {
    script.child.kill("SIGKILL");
    await server.kill();
    way.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const flowRun = async () => (await server.client.call(flowRuns.filter, {}))[0];
  const states = async () => {
    const found = await server.client.call(taskRuns.filter, { limit: 200 });
    const more = await server.client.call(taskRuns.filter, { limit: 200, offset: 200 });
    return Object.entries(Object.groupBy([...found, ...more], (run) => run.state_name ?? ""))
      .map(([name, runs]) => `${runs?.length} ${name}`)
      .toSorted();
  };

  await expect.poll(states, patience).toEqual([`${tasks} Running`]);
  way.cut();
  await expect.poll(async () => (await flowRun())?.state_name, patience).toBe("Crashed");
  await expect.poll(states, patience).toEqual([`${tasks} Crashed`]);
  await sleep(2000);
  way.mend();
  await expect.poll(async () => (await flowRun())?.state_name, patience).toBe("Completed");
  expect(await script.ended).toBe(0);
  expect(await states()).toEqual([`${tasks} Completed`]);
  expect(await flowRun()).toMatchObject({ run_count: 1 });
  const lines = readFileSync(ran, "utf8").trim().split("\n").map(Number);
  expect(lines.toSorted((a, b) => a - b)).toEqual(Array.from({ length: tasks }, (_, n) => n));
}

const what = `all of ${tasks} tasks that ended while their process was cut off are completed`;
test(`${what}, on SQLite`, () => cutOff({}));
await describeOnPostgres("on PostgreSQL", (databases) => {
  test(what, async () => {
    const database = await databases.create();
    onTestFinished(() => databases.drop(database));
    await cutOff({ PRAETOR_DATABASE_URL: database.url });
  });
});
