import { flowRunOf } from "./flow-run.ts";
import type { Logger } from "./logger.ts";
import { consoleText, printLine } from "./logger.ts";
import { shown } from "./options.ts";
import { contexts, currentContext } from "./run.ts";
import { TaskRun } from "./task-run.ts";

/** What code can read about its run. */
export interface RunContext {
  readonly flowRun:
    | {
        readonly id: string;
        readonly name: string;
        readonly parameters: Record<string, unknown>;
        readonly tags: readonly string[];
      }
    | undefined;
  /** `attempt` counts from 1. */
  readonly taskRun:
    | {
        readonly id: string;
        readonly name: string;
        readonly attempt: number;
        readonly tags: readonly string[];
      }
    | undefined;
  /** Aborts when the run exceeds its timeout, is cancelled, or its process is asked to stop. */
  readonly signal: AbortSignal;
}

/**
 * The run of the calling code. Throws outside flows and tasks.
 *
 * @example
 * const response = await fetch(url, { signal: runContext().signal });
 */
export function runContext(): RunContext {
  const { run } = currentContext();
  if (!run) throw new Error("runContext: expected to be called inside a flow or task run.");
  const flow = flowRunOf(run);
  return {
    flowRun: flow && { id: flow.id, name: flow.ref.name, parameters: flow.row.parameters, tags: flow.tags },
    taskRun:
      run instanceof TaskRun
        ? { id: run.id, name: run.ref.name, attempt: run.runCount, tags: run.tags }
        : undefined,
    get signal() {
      return run.signal;
    },
  };
}

/**
 * A logger for the current run. Outside runs it only prints.
 *
 * @example
 * runLogger().info("loaded", { rows: rows.length });
 */
export function runLogger(): Logger {
  return currentContext().run?.logger ?? plain;
}

const print =
  (level: Parameters<typeof printLine>[0]) =>
  (...parts: unknown[]) =>
    printLine(level, consoleText(parts));
const plain: Logger = {
  debug: print("debug"),
  info: print("info"),
  warn: print("warning"),
  error: print("error"),
};

/**
 * Adds tags to all runs started inside.
 *
 * @example
 * await tags("nightly", "eu", () => daily("Oslo"));
 */
export function tags<T>(...args: [...tags: string[], inside: () => T]): T {
  const { run, tags: outerTags } = currentContext();
  const inside = args.at(-1);
  if (typeof inside !== "function") throw new TypeError("tags: expected a function as the last argument");
  const own = args.slice(0, -1).map((one) => {
    if (typeof one === "string") return one;
    throw new TypeError(`tags: expected texts before the function, got ${shown(one)}`);
  });
  return contexts.run(Object.freeze({ run, tags: [...new Set([...outerTags, ...own])] }), inside);
}
