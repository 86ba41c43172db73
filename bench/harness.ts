import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, chromium } from "@playwright/test";
import { browserArguments } from "../e2e/browser-arguments.ts";
import { TestPostgres } from "../src/testing/postgres.ts";

const root = resolve(import.meta.dirname, "..");

export interface Server {
  url: string;
  home: string;
  /** CPU time of the server's process so far, in ms. */
  cpu(): number;
  /** Its current private memory (no files), in MB. */
  memory(): number;
  stop(): Promise<void>;
}

/** A folder that is removed when the bench ends. */
export function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), "praetor-bench-"));
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** Starts the real server in its own process, on a free port and a fresh (or the given) database. */
export async function startServer(home = makeHome(), env: Record<string, string> = {}): Promise<Server> {
  const child = spawn(
    process.execPath,
    [join(root, "src/cli/main.ts"), "server", "start", "--port", "0", "--home", home],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...env },
    },
  );
  process.once("exit", () => child.kill("SIGKILL"));
  const pid = child.pid ?? 0;
  const url = await urlOf(child);
  return { url, home, cpu: () => cpuOf(pid), memory: () => memoryOf(pid), stop: () => stop(child) };
}

/** The real server on a fresh database of that kind, with the PostgreSQL below it, where there is one. */
export async function startServerOn(database: string) {
  const postgres = database === "postgres" ? await startPostgres() : undefined;
  const env: Record<string, string> = postgres ? { PRAETOR_DATABASE_URL: postgres.url("postgres") } : {};
  return { postgres, server: await startServer(makeHome(), env) };
}

/** The PostgreSQL of the tests, but with default settings: it waits for the disk. */
export async function startPostgres() {
  const started = await TestPostgres.start({ isCareful: true });
  if ("reason" in started) throw new Error(started.reason);
  return {
    url: (name: string) => started.url(name),
    /** CPU time of all its processes so far, in ms. */
    cpu: () => cpuOfAll(started.pid),
    stop: () => started.stop(),
  };
}

function memoryOf(pid: number): number {
  const kilobytes = /^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

/** User and system time of a process from /proc, in ms; Linux counts in hundredths of a second. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The same for a process and all its descendants, including those that have ended. */
export function cpuOfAll(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  const living = children.reduce((sum, child) => sum + cpuOfChild(Number(child)), 0);
  const ended = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return cpuOf(pid) + living + (Number(ended[13]) + Number(ended[14])) * 10;
}

/** If it ends at this moment, its parent includes its time. */
function cpuOfChild(pid: number): number {
  try {
    return cpuOfAll(pid);
  } catch {
    return 0;
  }
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: browserArguments,
  });

/** The value below which `share` (0 to 1) of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const loadAtStart = loadavg()[0];

/** Prints one JSON object: the figures, their targets, and how busy the machine was. */
export function report(bench: string, figures: object, targets: object): void {
  const machine = { node: process.version, cores: cpus().length, loadAtStart, loadAtEnd: loadavg()[0] };
  console.log(JSON.stringify({ bench, figures, targets, machine }, null, 2));
}

async function urlOf(server: ChildProcess): Promise<string> {
  let text = "";
  const { stdout } = server;
  // The stream stays open: a server that cannot print ends.
  for await (const chunk of stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    const url = /http:\/\/[\d.]+:\d+/.exec(text)?.[0];
    if (!url) continue;
    stdout?.resume();
    return url;
  }
  throw new Error(`the server ended without naming its URL: ${text}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await ended;
}
