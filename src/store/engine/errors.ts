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

/** What passes: the same may succeed later, and nothing of it has been done. In words for who asked, who must not know more. */
const passing: Readonly<Record<string, string>> = {
  unavailable: "the database cannot be reached.",
  busy: "another process holds the database.",
  disk: "the database can store nothing, its disk is full or fails.",
};

/** True when the database cannot be reached, is too busy or has no room at the moment: the same may succeed later. */
export const isUnavailable = (error: unknown): boolean => whyUnavailable(error) !== undefined;

/** Why the database cannot do it at the moment, in words. */
export const whyUnavailable = (error: unknown): string | undefined =>
  error instanceof StoreError && error.reason !== null ? passing[error.reason] : undefined;

/** True when the database can store nothing, for its disk is full or fails. It may still be read. */
export const isOutOfDisk = (error: unknown): boolean =>
  error instanceof StoreError && error.reason === "disk";

/** True when a statement was ended because it took too long. */
export const isTooSlow = (error: unknown): boolean => error instanceof StoreError && error.reason === "slow";
