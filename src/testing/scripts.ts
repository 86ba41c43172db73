import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { createClient } from "../client/client.ts";
import { plainEnvironment } from "./programs.ts";

const src = join(import.meta.dirname, "..");

/** A folder for one test, for its scripts and databases. */
export function makeFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "praetor-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Script {
  child: ChildProcess;
  /** Its output so far, on both streams. */
  output(): string;
  /** Waits until it has printed the text. */
  until(text: string): Promise<void>;
  ended: Promise<number | NodeJS.Signals>;
}

/** A user's program, in its own process. `praetor-flow` in its imports is this package. */
export function runScript(
  folder: string,
  code: string,
  { env = {}, flags = [] }: { env?: NodeJS.ProcessEnv; flags?: string[] } = {},
): Script {
  const file = join(folder, `script-${Math.random().toString(36).slice(2)}.mts`);
  writeFileSync(
    file,
    code.replaceAll('"praetor-flow"', JSON.stringify(pathToFileURL(join(src, "index.ts")).href)),
  );
  return start([...flags, file], { PRAETOR_HOME: join(folder, "home"), ...env });
}

/** The command, in its own process. */
export const startPraetor = (args: readonly string[], env: NodeJS.ProcessEnv): Script =>
  start([join(src, "cli/main.ts"), ...args], { NO_COLOR: "1", ...env });

function start(args: string[], env: NodeJS.ProcessEnv): Script {
  const child = spawn(process.execPath, args, {
    env: { ...plainEnvironment, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once("close", (status, signal) => resolve(status ?? signal ?? 1)),
  );
  const until = async (wanted: string) => {
    for (let waited = 0; !text.includes(wanted); waited += 10) {
      if (waited > 15_000 || child.exitCode !== null) throw new Error(`expected "${wanted}" in:\n${text}`);
      await sleep(10);
    }
  };
  return { child, output: () => text, until, ended };
}

export interface ServerProcess extends Script {
  url: string;
  client: ReturnType<typeof createClient>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A real server in its own process, on the given or a free port. */
export async function startServerProcess(home: string, port = 0): Promise<ServerProcess> {
  const args = [
    join(src, "cli/main.ts"),
    "server",
    "start",
    "--port",
    String(port),
    "--home",
    home,
    "--no-ui",
  ];
  const script = start(args, {});
  const lock = join(home, "praetor.db.lock");
  for (let waited = 0; waited < 15_000; waited += 20) {
    const url = urlIn(lock, script.child.pid);
    if (url) {
      const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
        script.child.kill(signal);
        await script.ended;
      };
      return { ...script, url, client: createClient({ baseUrl: `${url}/api` }), stop };
    }
    if (script.child.exitCode !== null) break;
    await sleep(20);
  }
  throw new Error(`the server does not start:\n${script.output()}`);
}

function urlIn(lock: string, pid: number | undefined): string | undefined {
  try {
    const holder: { pid: number; url: string | null } = JSON.parse(readFileSync(lock, "utf8"));
    return holder.pid === pid ? (holder.url ?? undefined) : undefined;
  } catch {
    // Not written yet.
    return undefined;
  }
}
