import { spawn } from "node:child_process";
import { existsSync, linkSync, rmSync, statSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { isPostgresUrl } from "../../schema/database-url.ts";
import { StoreError } from "../engine/errors.ts";
import { makeForOwner } from "../engine/owner-only.ts";
import { accessOf } from "../threads/postgres-url.ts";

/** Copies a consistent snapshot of a database in use to a file; returns its size in bytes. */
export async function backupDatabase(path: string, file: string): Promise<number> {
  if (existsSync(file)) throw taken(file);
  const partial = `${file}.${process.pid}.partial`;
  try {
    makeForOwner(partial);
    if (isPostgresUrl(path)) await dump(path, partial);
    else await copy(path, partial);
    place(partial, file);
    return statSync(file).size;
  } finally {
    rmSync(partial, { force: true });
  }
}

const taken = (file: string) => new StoreError(`${file} is there already: a backup replaces no file.`);

/** The file appears complete or not at all, and never replaces another one. */
function place(partial: string, file: string): void {
  try {
    linkSync(partial, file);
  } catch (error) {
    throw error instanceof Error && "code" in error && error.code === "EEXIST" ? taken(file) : error;
  }
}

async function copy(path: string, file: string): Promise<void> {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    // SQLite restarts a backup after each write of another process, so that it might never end on a busy server: reads
    // within one transaction see a snapshot.
    database.exec("begin; select count(*) from sqlite_schema");
    await backup(database, file);
  } finally {
    database.close();
  }
}

const missing =
  "pg_dump is not on this machine, and only it makes backups of PostgreSQL: install PostgreSQL's client programs (of the server's version or newer), or run `pg_dump --format=custom` where they are.";

/** Address and password are passed in the environment, which other users cannot list. */
function dump(url: string, file: string): Promise<void> {
  const { host, port, user, password, database } = accessOf(url);
  const mode = new URL(url).searchParams.get("sslmode") ?? "disable";
  const root = new URL(url).searchParams.get("sslrootcert");
  const env = {
    ...process.env,
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: database, PGSSLMODE: mode },
    ...(typeof password === "string" && password !== "" ? { PGPASSWORD: password } : {}),
    ...(root === null ? {} : { PGSSLROOTCERT: root }),
  };
  const child = spawn("pg_dump", ["--format=custom", "--no-password", `--file=${file}`], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(new StoreError(missing, { cause })));
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new StoreError(`pg_dump failed: ${said.trim()}`));
    });
  });
}
