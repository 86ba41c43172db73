import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { deployments } from "../schema/deployments.ts";
import { events } from "../schema/events.ts";
import { type FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { flows } from "../schema/flows.ts";
import { workPools } from "../schema/work-pools.ts";
import { workers } from "../schema/workers.ts";
import {
  makeFolder,
  runScript,
  type Script,
  type ServerProcess,
  startPraetor,
  startServerProcess,
} from "../testing/scripts.ts";

// Each test starts several processes, on machines that may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const folder = makeFolder();
let server: ServerProcess;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  server = await startServerProcess(`${folder.path}/server`);
  env = { PRAETOR_API_URL: `${server.url}/api` };
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

async function startWorker(pool: string, ...more: string[]): Promise<Script> {
  const worker = startPraetor(["worker", "start", "--pool", pool, ...more], env);
  await worker.until("polls work pool");
  return worker;
}
async function stop(worker: Script): Promise<void> {
  worker.child.kill("SIGTERM");
  await worker.ended;
}

/** Deploys a flow of a file to a pool; returns its deployment. */
async function deploy(flow: string, body: string, options: string) {
  const code = `
    import { flow, runContext } from "praetor-flow";
    export const work = flow({ name: "${flow}" }, ${body});
    if (import.meta.main) console.log("ID", (await work.deploy({ name: "pooled", ${options} })).id);
  `;
  const script = runScript(folder.path, code, { env });
  expect(await script.ended, script.output()).toBe(0);
  return /ID (\S+)/.exec(script.output())?.[1] ?? "";
}
const ask = (id: string): Promise<FlowRun> => server.client.call(deployments.createFlowRun, { id });

async function until(id: string, state: string): Promise<FlowRun> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    const run = await server.client.call(flowRuns.read, { id });
    if (run.state_name === state) return run;
    await sleep(50);
  }
  throw new Error(`expected ${state}`);
}

test("a worker creates its pool, reports itself online, and runs what is deployed to it", async () => {
  const worker = await startWorker("hills", "--name", "hill-worker");
  const pool = await server.client.call(workPools.read, { name: "hills" });
  expect(pool).toMatchObject({ type: "process", status: "READY" });
  const [seen] = await server.client.call(workers.filter, { pool: "hills" });
  expect(seen).toMatchObject({ name: "hill-worker", status: "ONLINE", heartbeat_interval_seconds: 10 });

  const body = `async () => { console.log("GREETING", process.env.GREETING, process.cwd()); }`;
  const place = makeFolder();
  const job = `jobVariables: { env: { GREETING: "salve" }, working_dir: ${JSON.stringify(place.path)} }`;
  // The process has its own working directory; the entrypoint is relative to the folder deployed from.
  const deployment = await deploy("in-hills", body, `workPool: "hills", ${job}`);
  const { id } = await ask(deployment);
  const run = await until(id, "Completed");
  expect(run).toMatchObject({
    work_pool_name: "hills",
    labels: { "prefect.worker.name": "hill-worker", "prefect.work-pool.name": "hills" },
  });
  expect(worker.output()).toContain(`GREETING salve ${place.path}`);
  const about = { any_resource: { id: [`prefect.flow-run.${id}`] }, event: { prefix: ["prefect.worker."] } };
  const reported = async () => {
    const found = await server.client.call(events.filter, { filter: { ...about, order: "ASC" } });
    return found.events.map(({ event }) => event);
  };
  await expect
    .poll(reported)
    .toEqual(["prefect.worker.submitted-flow-run", "prefect.worker.executed-flow-run"]);
  await stop(worker);
  place.remove();
});

test("of several workers, one gets each run", async () => {
  const both = await Promise.all([startWorker("valleys"), startWorker("valleys", "--limit", "2")]);
  const body = `async () => console.log("RUN " + runContext().flowRun.id)`;
  const deployment = await deploy("in-valleys", body, 'workPool: "valleys"');
  const runs = await Promise.all(Array.from({ length: 8 }, () => ask(deployment)));
  for (const { id } of runs) expect((await until(id, "Completed")).run_count).toBe(1);
  const ran = both.flatMap((one) => one.output().match(/^RUN .*/gm) ?? []);
  expect(ran.toSorted()).toEqual(runs.map(({ id }) => `RUN ${id}`).toSorted());
  await Promise.all(both.map(stop));
});

test("a worker that is killed leaves crashed runs and frees the slot of their deployment", async () => {
  const worker = await startWorker("cliffs");
  const forEver = "() => new Promise((resolve) => setTimeout(resolve, 60_000))";
  const deployment = await deploy("in-cliffs", forEver, 'workPool: "cliffs", limit: 1');
  const { id } = await ask(deployment);
  await until(id, "Running");
  worker.child.kill("SIGKILL");
  expect((await until(id, "Crashed")).state?.message).toMatch(/The process that started this run has ended/);
  const { global_concurrency_limit } = await server.client.call(deployments.read, { id: deployment });
  expect(global_concurrency_limit).toMatchObject({ limit: 1, active_slots: 0 });
});

test("only the given queues are served, and flows of other languages are left to others", async () => {
  const worker = await startWorker("plains");
  const flow = await server.client.call(flows.create, { name: "in-python" });
  const { id } = await server.client.call(deployments.create, {
    name: "pooled",
    flow_id: flow.id,
    work_pool_name: "plains",
    entrypoint: "flows/etl.py:main",
  });
  const foreign = await ask(id);
  await worker.until("flows/etl.py:main is not run by Node");
  expect((await server.client.call(flowRuns.read, { id: foreign.id })).state_type).toBe("SCHEDULED");
  await stop(worker);

  const options = 'workPool: "plains", workQueue: "fast"';
  const fast = await deploy("in-fast-queue", "async () => 1", options);
  const slow = await deploy("in-slow-queue", "async () => 1", options.replace("fast", "slow"));
  const picky = await startWorker("plains", "--queue", "fast");
  const [left, taken] = [await ask(slow), await ask(fast)];
  await until(taken.id, "Completed");
  expect((await server.client.call(flowRuns.read, { id: left.id })).state_type).toBe("SCHEDULED");
  await stop(picky);
});

test("a pool of another type, and a missing one that may not be created, are refused in a sentence", async () => {
  await server.client.call(workPools.create, { name: "containers", type: "docker" });
  const start = async (...args: string[]) => {
    const worker = startPraetor(["worker", "start", "--pool", ...args], env);
    expect(await worker.ended).toBe(1);
    return worker.output();
  };
  expect(await start("containers")).toMatch(/is of type 'docker'; this worker runs processes/);
  expect(await start("nowhere", "--no-create-pool")).toMatch(/There is no work pool 'nowhere'/);
});

test("a missing file crashes its run with the reason", async () => {
  const worker = await startWorker("dunes");
  const file = join(folder.path, "gone.mts");
  writeFileSync(file, "");
  const deployment = await deploy("in-dunes", "async () => 1", 'workPool: "dunes"');
  await server.client.call(deployments.update, {
    id: deployment,
    entrypoint: "gone.mts:work",
    path: folder.path,
  });
  const { id } = await ask(deployment);
  expect((await until(id, "Crashed")).state?.message).toMatch(
    /expected .*gone\.mts to export the flow 'work'/,
  );
  await stop(worker);
});
