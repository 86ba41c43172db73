import { createHash } from "node:crypto";
import type { Connection } from "./connection.ts";
import { StoreError } from "./errors.ts";
import { sql as first } from "./migrations/0001-first.ts";
import { sql as deployments } from "./migrations/0002-deployments.ts";

export interface Migration {
  number: number;
  name: string;
  sql: string;
}

/** In order, never changed once released: a change of the tables is a new one. */
const migrations: readonly Migration[] = [
  { number: 1, name: "first", sql: first },
  { number: 2, name: "deployments", sql: deployments },
];

const ledger = `create table if not exists migration
  (number integer primary key, name text not null, checksum text not null, applied text not null) strict`;

const checksum = (migration: Migration) => createHash("sha256").update(migration.sql).digest("hex");

/** Brings the tables up to date; refuses a database that another version of the program has shaped. */
export async function migrate(
  connection: Connection,
  now: string,
  known: readonly Migration[] = migrations,
): Promise<void> {
  await connection.script(ledger);
  const applied = await appliedMigrations(connection);
  for (const [number, { name, sum }] of applied) {
    const ours = known.find((migration) => migration.number === number);
    if (!ours) throw new StoreError(newerDatabase(number, name, known.length));
    if (checksum(ours) !== sum) throw new StoreError(changedMigration(ours));
  }
  for (const migration of known) {
    if (!applied.has(migration.number)) await apply(connection, migration, now);
  }
}

async function appliedMigrations(connection: Connection) {
  const sql = "select number, name, checksum from migration order by number";
  const [result] = await connection.run([{ sql, values: [], reads: true }]);
  const rows = result?.rows ?? [];
  return new Map(
    rows.map(([number, name, sum]) => [Number(number), { name: String(name), sum: String(sum) }]),
  );
}

async function apply(connection: Connection, migration: Migration, now: string): Promise<void> {
  const entry = [String(migration.number), migration.name, checksum(migration), now];
  const values = entry.map((text) => `'${text.replaceAll("'", "''")}'`).join(", ");
  await connection.script(
    `begin immediate; ${migration.sql}; insert into migration values (${values}); commit;`,
  );
}

const newerDatabase = (number: number, name: string, ours: number) =>
  `The database was made by a newer version of Praetor: it has migration ${number} (${name}), this version knows ${ours}. Use the newer version.`;

const changedMigration = ({ number, name }: Migration) =>
  `Migration ${number} (${name}) is not the one that shaped this database: its checksum differs. Use the version of Praetor that made the database.`;
