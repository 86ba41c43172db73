import { homedir } from "node:os";
import { join } from "node:path";
import { readSettings, type Settings } from "../schema/settings.ts";

let read: Settings | undefined;

/** The settings of this process. The one place of the SDK that reads the environment. */
export function settings(): Settings {
  read ??= readSettings(process.env, { home: join(homedir(), ".praetor") });
  return read;
}

/** `PRAETOR_DISABLED=1`: flows and tasks are plain functions. */
export const isDisabled = (): boolean => settings().disabled;
