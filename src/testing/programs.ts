import { type SpawnOptions, spawn } from "node:child_process";
import type { Writable } from "node:stream";

/** The required environment, without settings of the user who runs the tests: those would change what is tested. */
export const plainEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
};

export interface Program {
  stdin: Writable;
  /** Its whole output; the code is null when a signal ended it. */
  ended: Promise<{ code: number | null; output: string }>;
}

/** Starts a program whose output is wanted as a whole, if at all. */
export function startProgram(command: string, args: readonly string[], options: SpawnOptions): Program {
  const child = spawn(command, args, { ...options, stdio: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once("error", (error) => resolve({ code: 127, output: error.message }));
    child.once("close", (code) => resolve({ code, output: output.trim() }));
  });
  return { stdin: child.stdin, ended };
}
