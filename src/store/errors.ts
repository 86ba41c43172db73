import type { Failure } from "./protocol.ts";

const uniqueCodes: readonly (number | null)[] = [2067, 1555];

/** The database refused or failed; says which statement. */
export class StoreError extends Error {
  readonly isUnique: boolean;

  constructor(message: string, options: ErrorOptions & { isUnique?: boolean } = {}) {
    super(message, options);
    this.name = "StoreError";
    this.isUnique = options.isUnique ?? false;
  }

  static from({ message, sql, errcode }: Failure): StoreError {
    const statement = sql.replace(/\s+/g, " ").trim().slice(0, 120);
    return new StoreError(`${message} (in: ${statement})`, { isUnique: uniqueCodes.includes(errcode) });
  }
}

/** True when a row with the same key was already there. */
export const isUniqueViolation = (error: unknown): boolean => error instanceof StoreError && error.isUnique;
