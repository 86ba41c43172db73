import type { Failure } from "./protocol.ts";

/** The database refused or failed; says which statement. */
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

/** True when the database cannot be reached or is too busy at the moment: the same may succeed later. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof StoreError && error.reason === "unavailable";
