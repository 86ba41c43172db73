import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Process, start, until } from "../processes.ts";

/** Prefect's programs, in separate processes that report to one API. */
export interface Python {
  /** Their data folder. */
  home: string;
  /** Starts `e2e/prefect/<name>.py`. */
  script(name: string, args?: readonly string[], env?: Record<string, string>): Process;
  /** Starts `prefect` with these arguments. */
  prefect(args: readonly string[], env?: Record<string, string>): Process;
  /** Ends all running processes, and removes their data. */
  close(): Promise<void>;
}

/** Long enough for a busy machine; existing results are found at once. */
export const patienceMs = 120_000;

/** The virtual environment is made by `scripts/prefect.mjs`. */
export function openPython(apiUrl: string | undefined): Python {
  const bin = process.env.PREFECT_BIN;
  if (!bin) throw new Error("expected PREFECT_BIN to name the programs of Prefect: npm run test:prefect");
  const home = mkdtempSync(join(tmpdir(), "praetor-prefect-"));
  const own = { ...quickly, ...(apiUrl && { PREFECT_API_URL: apiUrl }), PREFECT_HOME: home };
  const processes: Process[] = [];
  const keep = (process: Process) => {
    processes.push(process);
    return process;
  };
  return {
    home,
    script: (name, args = [], env = {}) =>
      keep(start(join(bin, "python"), [join("e2e/prefect", `${name}.py`), ...args], { ...own, ...env })),
    // Not the script of that name, which stops working when the environment is moved.
    prefect: (args, env = {}) =>
      keep(start(join(bin, "python"), ["-m", "prefect", ...args], { ...own, ...env })),
    async close() {
      await Promise.all(processes.map(end));
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Default settings, except for polling intervals. */
const quickly = {
  PREFECT_RUNNER_POLL_FREQUENCY: "1",
  PREFECT_WORKER_QUERY_SECONDS: "1",
  PREFECT_LOGGING_TO_API_BATCH_INTERVAL: "0.2",
  PREFECT_SERVER_ANALYTICS_ENABLED: "false",
  DO_NOT_TRACK: "1",
  PYTHONUNBUFFERED: "1",
  // Nothing is written beside the flows.
  PYTHONDONTWRITEBYTECODE: "1",
};

/** A runner that is asked to end also ends its runs; one that does not is killed. */
export async function end(process: Process): Promise<void> {
  process.child.kill("SIGTERM");
  const leave = new AbortController();
  const patience = sleep(15_000, "late", { signal: leave.signal }).catch(() => "ended");
  if ((await Promise.race([process.ended, patience])) === "late") process.child.kill("SIGKILL");
  leave.abort();
  await process.ended;
}

/** Waits for the successful end of a process. */
export async function succeed(process: Process): Promise<string> {
  const code = await until(process, async () => undefined, patienceMs).catch(() => process.child.exitCode);
  if (code !== 0)
    throw new Error(`expected a process to succeed, got ${code}; it wrote:\n${process.output()}`);
  return process.output();
}
