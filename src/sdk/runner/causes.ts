import { constants } from "node:os";
import type { ChildEnd } from "./child-process.ts";

const outOfMemory = /heap out of memory|Allocation failed|ENOMEM/;

/** Why a process ended without reporting the end of its run, and what to check. */
export function causeOf(
  { code, signal, error }: ChildEnd,
  report: { message?: string; errors: readonly string[] },
): string {
  if (report.message !== undefined) return `The flow could not be started: ${report.message}`;
  if (error) return `The process of the run could not be started: ${error.message}`;
  const last = report.errors.findLast((line) => line.trim() !== "");
  const trace = last === undefined ? "" : ` Last output: ${last.trim().slice(0, 300)}`;
  if (report.errors.some((line) => outOfMemory.test(line)))
    return "The process ran out of memory. Use less memory, or raise the limit with NODE_OPTIONS=--max-old-space-size=<MB>.";
  if (signal !== null) return `${bySignal(signal)}${trace}`;
  if (code === 13)
    return "The process ended (exit code 13) while the flow waited for something that could not happen any more: a promise that nobody settles.";
  if (code === 0)
    return "The process ended (exit code 0) before the flow did: something called process.exit().";
  return `The process ended with exit code ${code} before the flow did. See the last lines of the logs.${trace}`;
}

function bySignal(signal: NodeJS.Signals): string {
  const code = 128 + constants.signals[signal];
  const what = `The process was ended by ${signal} (exit code ${code}).`;
  if (signal === "SIGKILL")
    return `${what} Usually the out-of-memory killer or kill -9: check the memory of the machine or container, and its kernel log.`;
  if (signal === "SIGSEGV" || signal === "SIGBUS" || signal === "SIGILL" || signal === "SIGABRT")
    return `${what} Node or a native module failed: check recently changed native dependencies.`;
  return `${what} Check what stops processes on the machine: a deploy, a supervisor, a time limit.`;
}
