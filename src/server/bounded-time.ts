import { createContext, Script } from "node:vm";

const script = new Script("work()");

/** Ends `work`, even in the middle of a pattern that backtracks, after so many milliseconds; undefined when it was ended. */
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

/** The error comes from the other context, where it is an error of another class. */
const isTimeout = (error: unknown) =>
  typeof error === "object" &&
  error !== null &&
  "code" in error &&
  error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
