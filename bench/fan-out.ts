// One flow, 10,000 no-op tasks submitted at once, until every one of them is recorded.
//
//   node bench/fan-out.ts [--tasks 10000] [--runs 3]
//
// (a) embedded: server code and store in the process of the flow; (b) served: a server in a child process.
// CPU of (a) counts the threads of the store as well. Prints JSON.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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
const round = (value: number): number => Math.round(value * 1000) / 1000;

if (values.child) await fanOut();
else await compare();

interface Figures {
  wallMs: number;
  clientCpuMs: number;
  recorded: number;
}

/** The measured process: one warm-up flow, then one that counts. */
async function fanOut(): Promise<void> {
  const { closeSession, flow, task } = await import("../src/index.ts");
  const { session } = await import("../src/sdk/session.ts");
  const { taskRuns } = await import("../src/schema/task-runs.ts");
  const noop = task({ name: "noop" }, async (value: number) => value);
  const main = flow({ name: "fan-out" }, async (count: number) => {
    const results = await noop.map(Array.from({ length: count }, (_, index) => index)).result();
    return results.length;
  });
  await main(Math.min(200, tasks));
  process.send?.("warm");
  await new Promise((resolve) => process.once("message", resolve));
  const cpu = process.cpuUsage();
  const start = performance.now();
  const finished = await main(tasks);
  const wallMs = performance.now() - start;
  const used = process.cpuUsage(cpu);
  if (finished !== tasks) throw new Error(`expected ${tasks} results, got ${finished}`);
  const { client } = await session();
  const all = await client.call(taskRuns.count, {
    task_runs: { name: { like_: "noop-" }, state: { type: { any_: ["COMPLETED"] } } },
  });
  const figures: Figures = {
    wallMs,
    clientCpuMs: (used.user + used.system) / 1000,
    recorded: all - Math.min(200, tasks),
  };
  await closeSession();
  process.send?.(figures);
  process.disconnect();
}

async function compare(): Promise<void> {
  const load = loadavg()[0] ?? 0;
  const result: Record<string, unknown> = {
    bench: "fan-out",
    tasks,
    node: process.version,
    loadBefore: round(load),
  };
  if (values.only !== "served") result.embedded = await measured(() => once(false));
  if (values.only !== "embedded") result.served = await measured(() => once(true));
  result.loadAfter = round(loadavg()[0] ?? 0);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

type Measured = Figures & { serverCpuMs: number };

async function measured(run: () => Promise<Measured>) {
  const all: Measured[] = [];
  for (let round = 0; round < Number(values.runs); round++) all.push(await run());
  const perTask = all.map((one) => (one.clientCpuMs + one.serverCpuMs) / tasks).sort((a, b) => a - b);
  const wall = all.map((one) => one.wallMs).sort((a, b) => a - b);
  const middle = Math.floor(all.length / 2);
  return {
    isComplete: all.every((one) => one.recorded === tasks),
    cpuPerTaskMs: {
      median: round(perTask[middle] ?? 0),
      min: round(perTask[0] ?? 0),
      max: round(perTask.at(-1) ?? 0),
    },
    wallMs: { median: round(wall[middle] ?? 0), min: round(wall[0] ?? 0), max: round(wall.at(-1) ?? 0) },
    runs: all.map((one) => ({
      ...one,
      wallMs: round(one.wallMs),
      clientCpuMs: round(one.clientCpuMs),
      serverCpuMs: round(one.serverCpuMs),
    })),
  };
}

async function once(isServed: boolean): Promise<Measured> {
  const home = mkdtempSync(join(tmpdir(), "praetor-bench-"));
  const server = isServed ? await startServer(home) : undefined;
  const env: NodeJS.ProcessEnv = { ...process.env, PRAETOR_HOME: home, PRAETOR_LOG_LEVEL: "error" };
  for (const name of ["PRAETOR_API_URL", "PREFECT_API_URL", "PRAETOR_DATABASE_URL"]) delete env[name];
  if (server) env.PRAETOR_API_URL = `${server.url}/api`;
  try {
    const child = spawn(process.execPath, [import.meta.filename, "--child", "--tasks", String(tasks)], {
      env,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    let before = 0;
    const figures = await new Promise<Figures>((resolve, reject) => {
      child.on("message", (message: "warm" | Figures) => {
        if (message !== "warm") return resolve(message);
        before = server ? cpuOf(server.pid) : 0;
        child.send("go");
      });
      child.once("exit", (code) => reject(new Error(`the flow's process ended with ${code}`)));
      child.once("error", reject);
    });
    return { ...figures, serverCpuMs: server ? cpuOf(server.pid) - before : 0 };
  } finally {
    await server?.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function startServer(home: string) {
  const args = ["src/cli/main.ts", "server", "start", "--port", "0", "--home", home, "--no-ui"];
  const child = spawn(process.execPath, args, {
    cwd: join(import.meta.dirname, ".."),
    stdio: ["ignore", "ignore", "inherit"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the server does not start");
  const stop = () =>
    new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGTERM");
    });
  for (let waited = 0; waited < 30_000; waited += 50) {
    const url = urlIn(join(home, "praetor.db.lock"));
    if (url) return { pid, url, stop };
    await sleep(50);
  }
  await stop();
  throw new Error("the server did not say where it listens");
}

function urlIn(lock: string): string | undefined {
  try {
    return JSON.parse(readFileSync(lock, "utf8")).url ?? undefined;
  } catch {
    // Not there yet.
    return undefined;
  }
}

/** Milliseconds of CPU that a process and its threads have used. The kernel counts in hundredths of seconds. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
