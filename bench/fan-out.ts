// One flow, 10,000 no-op tasks mapped at once, until all of them are recorded as completed.
//
//   node bench/fan-out.ts [--tasks 10000] [--runs 3] [--only embedded|served]
//
// Embedded: the server's code and the store run in the flow's process, and their CPU is included.
// Served: the server is a separate process.
import { type ChildProcess, spawn } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "10000" },
    runs: { type: "string", default: "3" },
    only: { type: "string" },
    child: { type: "boolean", default: false },
  },
});
const tasks = Number(values.tasks);
const warmUp = Math.min(200, tasks);

interface Figures {
  wallMs: number;
  clientCpuMs: number;
  /** Number of completed task runs on the server. */
  recorded: number;
}
type Measured = Figures & { serverCpuMs: number };

if (values.child) await fanOut();
else await compare();

/** The measured process: a small flow to warm up, then the measured one. */
async function fanOut(): Promise<void> {
  const { closeSession, flow, task } = await import("../src/index.ts");
  const { session } = await import("../src/sdk/session.ts");
  const { taskRuns } = await import("../src/schema/task-runs.ts");
  const noop = task({ name: "noop" }, async (value: number) => value);
  const main = flow({ name: "fan-out" }, async (count: number) => {
    const results = await noop.map(Array.from({ length: count }, (_, index) => index)).result();
    return results.length;
  });
  await main(warmUp);
  process.send?.("warm");
  await new Promise((resolve) => process.once("message", resolve));

  const cpu = process.cpuUsage();
  const start = performance.now();
  const finished = await main(tasks);
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);

  if (finished !== tasks) throw new Error(`expected ${tasks} results, got ${finished}`);
  const { client } = await session();
  const completed = await client.call(taskRuns.count, {
    task_runs: { name: { like_: "noop-" }, state: { type: { any_: ["COMPLETED"] } } },
  });
  await closeSession();
  const figures: Figures = { wallMs, clientCpuMs: (user + system) / 1000, recorded: completed - warmUp };
  process.send?.(figures);
  process.disconnect();
}

async function compare(): Promise<void> {
  // Lazy: the measured process does not need it.
  const { report } = await import("./harness.ts");
  const figures = {
    tasks,
    ...(values.only === "served" ? {} : { embedded: await measure(embedded) }),
    ...(values.only === "embedded" ? {} : { served: await measure(served) }),
  };
  report("fan-out", figures, { isComplete: true, cpuPerTaskMs: 0.3, wallMs: 3000 });
}

async function measure(run: () => Promise<Measured>) {
  const runs: Measured[] = [];
  for (let done = 0; done < Number(values.runs); done++) runs.push(await run());
  return {
    isComplete: runs.every((one) => one.recorded === tasks),
    cpuPerTaskMs: middle(runs.map((one) => (one.clientCpuMs + one.serverCpuMs) / tasks)),
    wallMs: middle(runs.map((one) => one.wallMs)),
    runs,
  };
}

function middle(all: number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
}

async function embedded(): Promise<Measured> {
  const { makeHome } = await import("./harness.ts");
  return { ...(await runChild({ PRAETOR_HOME: makeHome() }, () => {})), serverCpuMs: 0 };
}

async function served(): Promise<Measured> {
  const { startServer } = await import("./harness.ts");
  const server = await startServer();
  let before = 0;
  const env = { PRAETOR_HOME: server.home, PRAETOR_API_URL: `${server.url}/api` };
  const figures = await runChild(env, () => {
    before = server.cpu();
  });
  const serverCpuMs = server.cpu() - before;
  await server.stop();
  return { ...figures, serverCpuMs };
}

function runChild(own: NodeJS.ProcessEnv, onWarm: () => void): Promise<Figures> {
  const child: ChildProcess = spawn(
    process.execPath,
    [import.meta.filename, "--child", "--tasks", String(tasks)],
    {
      env: { PATH: process.env.PATH, PRAETOR_LOG_LEVEL: "error", ...own },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    },
  );
  return new Promise((resolve, reject) => {
    child.on("message", (message: "warm" | Figures) => {
      if (message !== "warm") return resolve(message);
      onWarm();
      child.send("go");
    });
    child.once("exit", (code) => reject(new Error(`the process of the flow ended with ${code}`)));
    child.once("error", reject);
  });
}
