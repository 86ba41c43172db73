import { DatabaseError } from "pg";
import { StoreError } from "../engine/errors.ts";
import type { Failure } from "../engine/protocol.ts";
import type { Access } from "./postgres-url.ts";

// Failures as messages for the administrator, and whether a retry may succeed.

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** Temporary conditions of the server: connections, resources, deadlocks, locks, startup and shutdown. */
const passing = /^(08(?!P01)|53|57P|40|55P03|25P0[234])/;
/** Of a statement that was ended by its timeout. */
const canceled = "57014";

/** Another replica has changed the tables since the statement was prepared. */
export const isOutdated = (error: unknown): boolean =>
  codeOf(error) === "0A000" && error instanceof Error && error.message.includes("cached plan");

export function reasonOf(error: unknown): Failure["reason"] {
  if (error instanceof StoreError) return error.reason;
  const code = codeOf(error);
  if (code === "23505") return "unique";
  if (ofDisk.includes(code)) return "disk";
  if (code === canceled) return "slow";
  if (error instanceof DatabaseError) return passing.test(code) || isOutdated(error) ? "unavailable" : null;
  // Errors not from the server come from the connection, or from a statement that could not be sent.
  return error instanceof RangeError || error instanceof TypeError ? null : "unavailable";
}

/** The server's disk is full, or fails. */
const ofDisk: readonly string[] = ["53100", "58030"];

/** The server is about to answer, and only needs a moment. */
export const isStarting = (error: unknown): boolean => codeOf(error) === "57P03";

/** Why no session could be opened. */
export function sessionFailure(error: unknown, access: Access): StoreError {
  const { host, port, user, database } = access;
  const server = String(host).startsWith("/") ? `${host} (port ${port})` : `${host}:${port}`;
  const code = codeOf(error);
  const said = error instanceof Error && error.message !== "" ? error.message : code;
  const sentence =
    code === "28P01"
      ? `The PostgreSQL server at ${server} does not accept the password of the user "${user}".`
      : code === "28000"
        ? `The PostgreSQL server at ${server} does not let the user "${user}" in: ${said}. If it wants TLS, add ?sslmode=require to the URL.`
        : code === "3D000"
          ? `The PostgreSQL server at ${server} has no database "${database}": create it first.`
          : `The PostgreSQL server at ${server} cannot be reached: ${said}`;
  const isRefusal = ["28P01", "28000", "3D000"].includes(code);
  return new StoreError(sentence, { cause: error, reason: isRefusal ? null : "unavailable" });
}
