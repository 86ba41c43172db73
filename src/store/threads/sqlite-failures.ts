import type { Failure } from "../engine/protocol.ts";

// What SQLite says went wrong. The lower eight bits of its codes are the kind: https://www.sqlite.org/rescode.html.

const uniqueCodes: readonly number[] = [2067, 1555];
/** Another process holds the file, and has held it for longer than the timeout. */
const busy = 5;
/** Read-only, an error of the disk, a full one, and files that cannot be opened or made beside the database. */
const ofDisk: readonly number[] = [8, 10, 13, 14];

/** What was left of a transaction that SQLite has given up by itself, as it does when its disk is full. */
export class RolledBack extends Error {
  override readonly name = "RolledBack";

  constructor() {
    super("The transaction was rolled back.");
  }
}

export function reasonOf(error: unknown): Failure["reason"] {
  if (error instanceof RolledBack) return "unavailable";
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) return null;
  const { errcode } = error;
  const kind = errcode & 0xff;
  if (uniqueCodes.includes(errcode)) return "unique";
  if (kind === busy) return "busy";
  return ofDisk.includes(kind) ? "disk" : null;
}
