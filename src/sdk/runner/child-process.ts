import { type ChildProcess, fork } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { fileURLToPath } from "node:url";
import { hostedVariable, type MessageFromRun, type MessageToRun } from "../runner-channel.ts";

export interface ChildOptions {
  cwd: string;
  env: Record<string, string | undefined>;
  onMessage(message: MessageFromRun): void;
  /** One line of its output. */
  onLine(line: string, stream: "stdout" | "stderr"): void;
}
export interface ChildEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** It could not be started. */
  error?: Error;
}
export interface Child {
  readonly pid: number | undefined;
  readonly ended: Promise<ChildEnd>;
  send(message: MessageToRun): void;
  /** SIGKILL also reaches the processes that it started. */
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

const entry = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./child.ts" : "./child.js", import.meta.url),
);
// Options that apply only to this process, or run something other than a file.
const ownFlags = /^(--inspect|--watch|--eval|--print|--test|--input-type|-[ep]$)/;

/** Starts the process of a run, or one that lists a file's flows. */
export function startChild(args: readonly string[], { cwd, env, onMessage, onLine }: ChildOptions): Child {
  const child = fork(entry, args, {
    cwd,
    env: { ...process.env, ...env, [hostedVariable]: String(process.pid) },
    execArgv: process.execArgv.filter((flag) => !ownFlags.test(flag)),
    // A separate process group: Ctrl-C in a terminal is for the runner, which then lets its runs finish.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  child.on("message", (message: MessageFromRun) => onMessage(message));
  eachLine(child.stdout, (line) => onLine(line, "stdout"));
  eachLine(child.stderr, (line) => onLine(line, "stderr"));
  return {
    get pid() {
      return child.pid;
    },
    ended: endOf(child),
    send: (message) => {
      if (child.connected) child.send(message, () => {});
    },
    kill: (signal) => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      if (signal === "SIGKILL") killGroup(child.pid);
      else child.kill(signal);
    },
  };
}

function endOf(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error });
    });
    child.once("close", (code, signal) => resolve({ code, signal }));
    // Its child processes may keep its output open: the wait for them is short.
    child.once("exit", (code, signal) => setTimeout(() => resolve({ code, signal }), lastOutput).unref());
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has already ended.
  }
}

const lastOutput = 1000;
const longestLine = 100_000;

function eachLine(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  if (!stream) return;
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const cut = (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
    if (rest.length < longestLine) return;
    take(rest);
    rest = "";
  };
  stream.on("data", (part: Buffer) => cut(decoder.write(part)));
  stream.on("end", () => {
    cut(decoder.end());
    if (rest) take(rest);
  });
}
