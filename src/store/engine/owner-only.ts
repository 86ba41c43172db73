import { closeSync, openSync } from "node:fs";

/**
 * Makes an empty file that only its owner may read or write; an existing one is kept. Programs that would
 * create it themselves leave its mode to the umask; SQLite gives the files beside its database the database's mode.
 */
export function makeForOwner(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
