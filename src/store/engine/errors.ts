import type { Failure } from "./protocol.ts";

/** A database error with its statement. */
export class StoreError extends Error {
  readonly reason: Failure["reason"];

  constructor(message: string, options: ErrorOptions & { reason?: Failure["reason"] } = {}) {
    super(message, options);
    this.name = "StoreError";
    this.reason = options.reason ?? null;
  }

  static from({ message, sql, reason }: Failure): StoreError {
    const statement = sql.replace(/\s+/g, " ").trim().slice(0, 120);
    return new StoreError(statement === "" ? message : `${message} (in: ${statement})`, { reason });
  }
}

/** True when a row with the same key was already there. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof StoreError && error.reason === "unique";

/** A temporary failure: nothing was written and a retry may succeed. The message is safe to show to clients. */
const passing: Readonly<Record<string, string>> = {
  unavailable: "the database cannot be reached.",
  busy: "another process holds the database.",
  disk: "the database can store nothing, its disk is full or fails.",
};

/** True when the database is unreachable, too busy or out of space: a retry may succeed. */
export const isUnavailable = (error: unknown): boolean => whyUnavailable(error) !== undefined;

/** The reason of a temporary failure as text. */
export const whyUnavailable = (error: unknown): string | undefined =>
  error instanceof StoreError && error.reason !== null ? passing[error.reason] : undefined;

/** True when the database cannot write because its disk is full or fails. Reads may still work. */
export const isOutOfDisk = (error: unknown): boolean =>
  error instanceof StoreError && error.reason === "disk";

/** True when a statement was ended because it took too long. */
export const isTooSlow = (error: unknown): boolean => error instanceof StoreError && error.reason === "slow";
