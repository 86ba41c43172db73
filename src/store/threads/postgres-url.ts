import { readFileSync } from "node:fs";
import type { ClientConfig } from "pg";
import { isPostgresUrl, withoutPassword } from "../../schema/database-url.ts";
import { StoreError } from "../engine/errors.ts";

/** What a URL says of the way to the server, in the terms of `pg`. */
export type Access = Pick<ClientConfig, "host" | "port" | "user" | "password" | "database" | "ssl"> & {
  /** Without TLS where the server offers none. */
  mayBePlain: boolean;
};

const form = "postgres://user:password@host:5432/database?sslmode=require";
const known = ["host", "sslmode", "sslrootcert", "application_name"];
const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/** Throws with a sentence that says what was expected, and never shows the password. */
export function accessOf(text: string): Access {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !isPostgresUrl(text)) throw new StoreError(`Expected a database URL of the form ${form}.`);
  const database = decodeURIComponent(url.pathname.slice(1));
  // A folder with a socket is named as a parameter: URLs have no place for a path in their host.
  const host = url.searchParams.get("host") ?? url.hostname;
  if (database === "" || host === "") {
    const missing = database === "" ? "the name of a database" : "a host";
    throw new StoreError(`Expected ${missing} in the database URL ${withoutPassword(text)}: ${form}`);
  }
  const unknown = [...url.searchParams.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new StoreError(
      `The database URL has the parameter ${unknown}, which is not known; expected one of ${known.join(", ")}.`,
    );
  }
  return {
    host: decodeURIComponent(host).replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? 5432 : Number(url.port),
    user: decodeURIComponent(url.username) || "postgres",
    password: decodeURIComponent(url.password),
    database,
    ...security(url.searchParams),
  };
}

/** As PostgreSQL's own programs understand `sslmode`, but that nothing said means no TLS. */
function security(parameters: URLSearchParams): Pick<Access, "ssl" | "mayBePlain"> {
  const mode = parameters.get("sslmode") ?? "disable";
  if (!sslModes.includes(mode)) {
    throw new StoreError(`Expected sslmode to be one of ${sslModes.join(", ")}, got "${mode}".`);
  }
  if (mode === "disable") return { ssl: false, mayBePlain: true };
  const file = parameters.get("sslrootcert");
  const trusted = file === null ? {} : { ca: readFileSync(file, "utf8") };
  const isChecked = mode.startsWith("verify");
  const anyHost = mode === "verify-ca" ? { checkServerIdentity: () => undefined } : {};
  return {
    ssl: { rejectUnauthorized: isChecked, ...trusted, ...anyHost },
    mayBePlain: mode === "allow" || mode === "prefer",
  };
}
