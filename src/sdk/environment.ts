import { homedir } from "node:os";
import { join } from "node:path";
import { readSettings, type Settings } from "../schema/settings.ts";
import type { Level } from "./logger.ts";

let read: Settings | undefined;

/** The settings of this process. No other part of the SDK reads the environment. */
export function settings(): Settings {
  read ??= readSettings(process.env, { home: join(homedir(), ".praetor") });
  return read;
}

/** `PRAETOR_DISABLED=1`: flows and tasks are plain functions. */
export const isDisabled = (): boolean => settings().disabled;

/** Lowest level that is printed; a server's default is higher than a script's. */
export function printLevel(): Level | "silent" {
  if (!process.env.PRAETOR_LOG_LEVEL) return "info";
  const { logLevel } = settings();
  return logLevel === "warn" ? "warning" : logLevel;
}
