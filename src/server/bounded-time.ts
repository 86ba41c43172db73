import { createContext, Script } from "node:vm";

const script = new Script("work()");

/** Runs `work` with a limit in milliseconds that also interrupts backtracking patterns; undefined when interrupted. */
export function inBoundedTime<T>(work: () => T, timeout: number): { value: T } | undefined {
  let done: { value: T } | undefined;
  const context = createContext({
    work: () => {
      done = { value: work() };
    },
  });
  try {
    script.runInContext(context, { timeout });
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
  return done;
}

/** The error comes from another context, with another Error class. */
const isTimeout = (error: unknown) =>
  typeof error === "object" &&
  error !== null &&
  "code" in error &&
  error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
