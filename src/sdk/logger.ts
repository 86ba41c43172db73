import { formatWithOptions } from "node:util";
import type { AttemptToken } from "../schema/attempt-tokens.ts";
import { type LogCreate, logLevels } from "../schema/logs.ts";
import { nowMicros, stamp } from "./clock.ts";
import { hostProcess, sendToRunner } from "./runner-channel.ts";

export type Level = keyof typeof logLevels;
type Fields = object;

/** Takes a text, fields, or both in either order. */
export interface LogMethod {
  (message: string, fields?: Fields): void;
  (fields: Fields, message?: string): void;
}
export interface Logger {
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
}

/** Ships a line without printing it. */
export interface RunLogger extends Logger {
  ship(level: Level, text: string): void;
}

export interface LogTarget {
  /** The attempt that wrote the line, within a flow run. */
  ship(line: LogCreate, attempt?: AttemptToken): void;
  /** Writes the line to the terminal. */
  print(level: Level, text: string): void;
}

export interface LogSubject {
  name: "praetor.flow_runs" | "praetor.task_runs";
  flowRunId: string | null;
  taskRunId: string | null;
  /** Name shown in the terminal; read for each line, because a run may get its name late. */
  title: () => string;
  attempt?: AttemptToken | undefined;
}

export function createLogger(target: LogTarget, subject: LogSubject): RunLogger {
  const ship = (level: Level, message: string) =>
    target.ship(
      {
        name: subject.name,
        level: logLevels[level],
        message,
        timestamp: stamp(nowMicros()),
        flow_run_id: subject.flowRunId,
        task_run_id: subject.taskRunId,
      },
      subject.attempt,
    );
  const method =
    (level: Level): LogMethod =>
    (first: string | Fields, second?: string | Fields) => {
      const text = [first, second]
        .filter((part) => part !== undefined && part !== "")
        .sort(textFirst)
        .map(asText)
        .join(" ");
      ship(level, text);
      target.print(level, `${subject.title()} - ${text}`);
    };
  return {
    debug: method("debug"),
    info: method("info"),
    warn: method("warning"),
    error: method("error"),
    ship,
  };
}

const textFirst = (a: unknown, b: unknown): number =>
  Number(typeof b === "string") - Number(typeof a === "string");

const inspection = { colors: false, depth: 4, maxArrayLength: 50, maxStringLength: 10_000, breakLength: 120 };
const asText = (part: unknown): string =>
  typeof part === "string" ? part : formatWithOptions(inspection, "%O", part);

/** Console arguments formatted as in the terminal, without colours. */
export const consoleText = (parts: readonly unknown[]): string => formatWithOptions(inspection, ...parts);

const shades = { debug: 90, info: 36, warning: 33, error: 31, critical: 31 } as const satisfies Record<
  Level,
  number
>;

export function printLine(level: Level, text: string): void {
  const isHosted = hostProcess !== null;
  const isColoured = (isHosted || process.stderr.isTTY === true) && !process.env.NO_COLOR;
  const time = new Date().toTimeString().slice(0, 8);
  const name = level.toUpperCase().padEnd(7);
  const line = isColoured
    ? `\u001b[2m${time}\u001b[0m \u001b[${shades[level]}m${name}\u001b[0m ${text}\n`
    : `${time} ${name} ${text}\n`;
  // The runner would take it for output that has not been logged yet.
  if (isHosted) sendToRunner({ kind: "print", text: line });
  else process.stderr.write(line);
}

const order = { debug: 10, info: 20, warning: 30, error: 40, critical: 50, silent: 99 } as const;
export const levelOrder = (level: Level | "silent"): number => order[level];
