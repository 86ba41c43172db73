import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { logs } from "../../schema/logs.ts";
import { flowRunStates } from "../../schema/states.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import {
  makeFolder,
  runScript,
  type Script,
  type ServerProcess,
  startServerProcess,
} from "../../testing/scripts.ts";

// Each test starts several processes, on machines that may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const folder = makeFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess(`${folder.path}/server`);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const script = (code: string, cwd = folder.path): Script =>
  runScript(cwd, code, { env: { PRAETOR_API_URL: `${server.url}/api`, PRAETOR_LOG_LEVEL: "info" } });

/** A file that defines one flow, and serves it when it is the main program. */
const serving = (name: string, body: string, options = "") => `
  import { flow, task, runLogger, runContext, serve, pause, suspend } from "praetor-flow";
  import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
  export const work = flow({ name: "${name}", grace: "200ms" }, ${body});
  await work.serve({ name: "here", pauseOnShutdown: false, ${options} });
`;
const forEver = "() => new Promise((resolve) => setTimeout(resolve, 60_000))";

const deploymentOf = (flow: string): Promise<Deployment> =>
  server.client.call(deployments.readByName, { flow_name: flow, deployment_name: "here" });

async function ask(flow: string, parameters = {}): Promise<FlowRun> {
  const { id } = await deploymentOf(flow);
  return server.client.call(deployments.createFlowRun, { id, parameters });
}
const read = (id: string) => server.client.call(flowRuns.read, { id });

async function until(id: string, ...states: string[]): Promise<FlowRun> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    const run = await read(id);
    if (states.includes(run.state_name ?? "")) return run;
    await sleep(50);
  }
  throw new Error(`expected ${states}, got ${JSON.stringify((await read(id)).state)}`);
}
const history = async (flow_run_id: string) =>
  (await server.client.call(flowRunStates.list, { flow_run_id })).map(({ name }) => name);

async function serve(name: string, body: string, options = ""): Promise<Script> {
  const served = script(serving(name, body, options));
  await served.until("Serving");
  return served;
}
async function stop(served: Script): Promise<void> {
  served.child.kill("SIGTERM");
  await served.ended;
}
const processOf = (run: FlowRun): number => Number(run.infrastructure_pid?.split(":")[1]);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("a served flow runs on request, in its own process, with its parameters", async () => {
  const served = await serve(
    "by-hand",
    `async (city, days = 3) => { console.log("plain output"); runLogger().info("of the flow"); return city + days + (process.ppid === ${process.pid}); }`,
  );
  const startedAt = Date.now();
  const { id } = await ask("by-hand", { city: "Oslo" });
  const run = await until(id, "Completed");
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  expect(run).toMatchObject({ parameters: { city: "Oslo" }, run_count: 1 });
  expect(run.infrastructure_pid).toMatch(/^.+:\d+$/);
  expect(await history(id)).toEqual(["Scheduled", "Pending", "Submitting", "Running", "Completed"]);
  const lines = async () => {
    const found = await server.client.call(logs.filter, { logs: { flow_run_id: { any_: [id] } } });
    const texts = found.map(({ message }) => message);
    return texts.filter((line) => /plain|of the flow/.test(line)).toSorted();
  };
  await expect.poll(lines, { timeout: 5000 }).toEqual(["of the flow", "plain output"]);
  expect(served.output().match(/of the flow/g)).toHaveLength(1);
  await stop(served);
});

test("a schedule fires on time", async () => {
  const served = await serve("ticking", "async () => 1", 'interval: "2s"');
  const { id } = await deploymentOf("ticking");
  const ended = () =>
    server.client.call(flowRuns.filter, {
      deployments: { id: { any_: [id] } },
      flow_runs: { state: { type: { any_: ["COMPLETED"] } } },
    });
  await expect.poll(async () => (await ended()).length, { timeout: 30_000 }).toBeGreaterThan(2);
  const late = (await ended()).map((run) => run.estimated_start_time_delta);
  expect(Math.max(...late)).toBeLessThan(8);
  for (const run of await ended())
    expect(Date.parse(run.start_time ?? "")).toBeGreaterThanOrEqual(
      Date.parse(run.expected_start_time ?? ""),
    );
  await stop(served);
});

test("a cancel request ends the run and its process", async () => {
  const served = await serve("to-cancel", forEver);
  const { id } = await ask("to-cancel");
  const running = await until(id, "Running");
  await server.client.call(flowRuns.setState, { id, state: { type: "CANCELLING" } });
  await until(id, "Cancelled");
  await expect.poll(() => isAlive(processOf(running)), { timeout: 5000 }).toBe(false);
  await stop(served);
});

test("a flow that blocks its process is killed when it is cancelled", async () => {
  const served = await serve("blocking", "async () => { for (;;); }");
  const { id } = await ask("blocking");
  const running = await until(id, "Running");
  await server.client.call(flowRuns.setState, { id, state: { type: "CANCELLING" } });
  const run = await until(id, "Cancelled");
  expect(run.state?.message).toBe("The run was cancelled and its process was ended.");
  expect(isAlive(processOf(running))).toBe(false);
  await stop(served);
});

test("a process that is killed leaves a crashed run that says so, and frees the slot of the deployment", async () => {
  const body = `async (wait) => { if (wait) await task({ name: "long" }, ${forEver})(); }`;
  const served = await serve("to-kill", body, "limit: 1");
  const { id } = await ask("to-kill", { wait: true });
  const running = await until(id, "Running");
  const second = await ask("to-kill", { wait: false });
  await until(second.id, "AwaitingConcurrencySlot");
  const flow_runs = { id: { any_: [id] } };
  const below = async () =>
    (await server.client.call(taskRuns.filter, { flow_runs })).map((one) => one.state_name);
  // Data not yet sent to the server is lost with the process.
  await expect.poll(below, { timeout: 10_000 }).toEqual(["Running"]);
  process.kill(processOf(running), "SIGKILL");
  const run = await until(id, "Crashed");
  expect(run.state?.message).toMatch(/SIGKILL \(exit code 137\).*memory/);
  await expect.poll(below, { timeout: 10_000 }).toEqual(["Crashed"]);
  await until(second.id, "Completed");
  await stop(served);
});

test.each<[what: string, body: string, message: RegExp, parameters?: object]>([
  ["that calls process.exit", "async () => process.exit(0)", /exit code 0/],
  ["that waits for nothing", "() => new Promise(() => {})", /exit code 13/],
  [
    "whose parameters do not fit",
    "async (city) => city",
    /expected the parameters city, got 'town'/,
    { town: 1 },
  ],
])("a flow %s crashes with that as its cause", async (what, body, message, parameters = {}) => {
  const name = what.replaceAll(/[ .]/g, "-");
  const served = await serve(name, body);
  const { id } = await ask(name, parameters);
  expect((await until(id, "Crashed")).state?.message).toMatch(message);
  await stop(served);
});

test("a run that runs out of memory crashes with advice", async () => {
  const code = serving(
    "hungry",
    "async () => { for (const all = []; ; ) all.push(new Array(1e6).fill(all.length)); }",
  );
  const served = runScript(folder.path, code, {
    env: { PRAETOR_API_URL: `${server.url}/api`, PRAETOR_LOG_LEVEL: "info" },
    flags: ["--max-old-space-size=64"],
  });
  await served.until("Serving");
  const { id } = await ask("hungry");
  expect((await until(id, "Crashed")).state?.message).toMatch(/ran out of memory.*--max-old-space-size/);
  await stop(served);
});

test("when the serving process is killed, its runs end as crashed", async () => {
  const served = await serve("orphan", forEver);
  const { id } = await ask("orphan");
  const running = await until(id, "Running");
  served.child.kill("SIGKILL");
  const run = await until(id, "Crashed");
  expect(run.state?.message).toMatch(/The process that started this run has ended/);
  await expect.poll(() => isAlive(processOf(running)), { timeout: 5000 }).toBe(false);
});

test("when it is asked to stop, runs finish, nothing more is claimed, and the schedule is paused", async () => {
  const body = "() => new Promise((resolve) => setTimeout(resolve, 2000))";
  const served = script(serving("leaving", body).replace("pauseOnShutdown: false,", ""));
  await served.until("Serving");
  const { id } = await ask("leaving");
  await until(id, "Running");
  served.child.kill("SIGINT");
  await served.until("Waiting for 1 run(s)");
  const later = await ask("leaving");
  expect(await served.ended).toBe(0);
  expect((await read(id)).state_name).toBe("Completed");
  expect((await read(later.id)).state_name).toBe("Scheduled");
  expect((await deploymentOf("leaving")).paused).toBe(true);
});

test("asked to stop twice, it kills running runs", async () => {
  const served = await serve("in-a-hurry", forEver);
  const { id } = await ask("in-a-hurry");
  await until(id, "Running");
  served.child.kill("SIGINT");
  await served.until("Waiting for 1 run(s)");
  served.child.kill("SIGINT");
  await served.ended;
  expect((await read(id)).state).toMatchObject({
    type: "CRASHED",
    message: "The process that ran it was told to stop at once.",
  });
});

test("a suspended run has no process, and continues in a new one with its input", async () => {
  const served = await serve(
    "suspending",
    `async (item) => {
      const isEdible = await suspend({ input: z.boolean(), description: "Is it edible?" });
      await pause({ key: "second" });
      return runLogger().info(item + " " + isEdible);
    }`,
    "limit: 1",
  );
  const { id } = await ask("suspending", { item: "bread" });
  const suspended = await until(id, "Suspended");
  await expect.poll(() => isAlive(processOf(suspended)), { timeout: 5000 }).toBe(false);
  const resume = (run_input: Record<string, unknown>) =>
    server.client.call(flowRuns.resume, { id, run_input });
  expect(await resume({ value: "maybe" })).toMatchObject({ status: "REJECT" });
  expect((await read(id)).state_name).toBe("Suspended");
  expect(await resume({ value: true })).toMatchObject({ status: "ACCEPT" });
  await until(id, "Paused");
  await resume({});
  await until(id, "Completed");
  expect(await history(id)).toEqual([
    ...["Scheduled", "Pending", "Submitting", "Running", "Suspended"],
    ...["Resuming", "Pending", "Submitting", "Running", "Paused", "Running", "Completed"],
  ]);
  const lines = await server.client.call(logs.filter, { logs: { flow_run_id: { any_: [id] } } });
  expect(lines.map(({ message }) => message)).toContain("bread true");
  await stop(served);
});

test("a flow that runs a deployment has the run as its subflow, and gets its final state", async () => {
  const served = await serve("callee", `async (ok) => { if (!ok) throw new Error("not ok"); }`);
  const caller = script(`
    import { flow, runDeployment } from "praetor-flow";
    const caller = flow({ name: "caller" }, async () => {
      const good = await runDeployment("callee/here", { parameters: { ok: true }, tags: ["asked"], wait: true });
      const bad = await runDeployment("callee/here", { parameters: { ok: false } });
      console.log("STATES", good.state.name, bad.state.name, (await bad.wait()).name);
      console.log("ERROR", (await bad.result({ raiseOnFailure: false })).message);
    });
    await caller();
  `);
  expect(await caller.ended).toBe(0);
  expect(caller.output()).toContain("STATES Completed Scheduled Failed");
  expect(caller.output()).toMatch(/ERROR Run '.*' is Failed: .*not ok/);
  const flows = { name: { any_: ["caller"] } };
  const tasks = await server.client.call(taskRuns.filter, { flows, sort: "EXPECTED_START_TIME_ASC" });
  expect(tasks.map(({ name, state_name }) => [name, state_name])).toEqual([
    ["callee/here-0", "Completed"],
    ["callee/here-1", "Failed"],
  ]);
  const parents = { parent_task_run_id: { any_: tasks.map(({ id }) => id) } };
  const below = await server.client.call(flowRuns.filter, { flow_runs: parents });
  expect(below.map(({ tags }) => tags).toSorted()).toEqual([[], ["asked"]]);
  await stop(served);
});

test("of two processes that serve the same deployment, one gets each run", async () => {
  const body = `async () => console.log("RUN " + runContext().flowRun.id)`;
  const both = await Promise.all([serve("shared", body), serve("shared", body)]);
  const runs = await Promise.all(Array.from({ length: 8 }, () => ask("shared")));
  for (const { id } of runs) expect((await until(id, "Completed")).run_count).toBe(1);
  const ran = both.flatMap((one) => one.output().match(/^RUN .*/gm) ?? []);
  expect(ran.toSorted()).toEqual(runs.map(({ id }) => `RUN ${id}`).toSorted());
  await Promise.all(both.map(stop));
});

test("a flow that no module exports cannot be served, and the message says what to do", async () => {
  const refused = script(serving("hidden", "async () => 1").replace("export const", "const"));
  expect(await refused.ended).toBe(1);
  expect(refused.output()).toMatch(/Flow 'hidden' is defined at .*mts:4:\d+ but no module exports it/);
});

test("a flow is found in the file that defines it, and by a given entrypoint", async () => {
  const src = join(import.meta.dirname, "../../index.ts");
  const file = join(folder.path, "elsewhere.mts");
  writeFileSync(
    file,
    `import { flow } from ${JSON.stringify(src)};\nexport const there = flow({ name: "elsewhere" }, async () => 1);\nexport default there;\n`,
  );
  const code = (options: string) =>
    `import { there } from ${JSON.stringify(file)};\nawait there.serve({ name: "here", ${options} });`;
  const found = script(code(""));
  await found.until("Serving");
  expect((await deploymentOf("elsewhere")).entrypoint).toMatch(/elsewhere\.mts:(there|default)$/);
  await stop(found);
  const explicit = script(code(`entrypoint: ${JSON.stringify(`${file}:default`)}`));
  await explicit.until("Serving");
  expect((await deploymentOf("elsewhere")).entrypoint).toMatch(/elsewhere\.mts:default$/);
  await stop(explicit);
  const wrong = script(code(`entrypoint: ${JSON.stringify(`${file}:nothing`)}`));
  expect(await wrong.ended).toBe(1);
  expect(wrong.output()).toMatch(/expected .*elsewhere\.mts to export the flow 'elsewhere' as nothing/);
});
