import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const root = resolve(import.meta.dirname, "..");

export interface Process {
  child: ChildProcess;
  ended: Promise<number | NodeJS.Signals>;
  /** Its output so far, on both streams. */
  output(): string;
}

/** A program in its own process, in the root folder of the project. */
export function start(command: string, args: readonly string[], env: Record<string, string>): Process {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: "pipe",
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
  // A flow that has ended reads no more input.
  child.stdin.on("error", () => {});
  const ended = new Promise<number | NodeJS.Signals>((done) =>
    child.once("exit", (code, signal) => done(code ?? signal ?? 1)),
  );
  return { child, ended, output: () => text };
}

/** Polls until there is an answer, or the time is over. */
export async function until<T>(
  process: Process,
  answer: () => Promise<T | undefined>,
  patienceMs = 30_000,
): Promise<T> {
  for (const start = Date.now(); Date.now() - start < patienceMs; await sleep(30)) {
    const found = await answer();
    if (found !== undefined) return found;
    if (process.child.exitCode !== null) break;
  }
  throw new Error(`a process did not do what was waited for; it wrote:\n${process.output()}`);
}
