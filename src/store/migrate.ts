import { createHash } from "node:crypto";
import type { Connection } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import { StoreError } from "./errors.ts";
import { type Migration, migrations } from "./migrations.ts";
import type { Step } from "./protocol.ts";

interface Wanted {
  /** When a migration is said to have been applied. */
  now: string;
  /** The last migration that is to stand afterwards; all of them when absent. Later ones are undone. */
  to?: number;
  known?: readonly Migration[];
}

const ledger = `create table if not exists migration
  (number integer primary key, name text not null, checksum text not null, applied text not null) strict`;

const checksum = (migration: Migration) => createHash("sha256").update(migration.up).digest("hex");

/**
 * Brings the tables to the wanted migration, all in one transaction, so that of several who open a database at once
 * one does it. Refuses a database that another version of the program has shaped.
 */
export async function migrate(
  connection: Connection,
  dialect: Dialect,
  { now, to = Number.POSITIVE_INFINITY, known = migrations }: Wanted,
): Promise<void> {
  try {
    await connection.run([], { starts: true, ends: null, waiting: 0 });
    await connection.script(dialect.schema(ledger));
    const applied = await appliedMigrations(connection);
    refuseOthers(applied, known);
    const added = known.filter(({ number }) => number <= to && !applied.has(number));
    const undone = known.filter(({ number }) => number > to && applied.has(number)).reverse();
    for (const { down, postgresDown } of undone) await connection.script(dialect.schema(down, postgresDown));
    for (const { up, postgresUp } of added) await connection.script(dialect.schema(up, postgresUp));
    const steps = [...undone.map(forgotten), ...added.map((migration) => entered(migration, now))];
    await connection.run(steps, { starts: false, ends: "commit", waiting: 0 });
  } catch (error) {
    await connection.rollback();
    throw error;
  }
}

type Applied = Map<number, { name: string; sum: string }>;

async function appliedMigrations(connection: Connection): Promise<Applied> {
  const sql = "select number, name, checksum from migration order by number";
  const within = { starts: false, ends: null, waiting: 0 };
  const [result] = await connection.run([{ sql, values: [], reads: true }], within);
  const rows = result?.rows ?? [];
  return new Map(
    rows.map(([number, name, sum]) => [Number(number), { name: String(name), sum: String(sum) }]),
  );
}

function refuseOthers(applied: Applied, known: readonly Migration[]): void {
  for (const [number, { name, sum }] of applied) {
    const ours = known.find((migration) => migration.number === number);
    if (!ours) throw new StoreError(newerDatabase(number, name, known.at(-1)?.number ?? 0));
    if (checksum(ours) !== sum) throw new StoreError(changedMigration(ours));
  }
}

const entered = (migration: Migration, now: string): Step => ({
  sql: "insert into migration (number, name, checksum, applied) values (?, ?, ?, ?)",
  values: [migration.number, migration.name, checksum(migration), now],
  reads: false,
});

const forgotten = ({ number }: Migration): Step => ({
  sql: "delete from migration where number = ?",
  values: [number],
  reads: false,
});

const newerDatabase = (number: number, name: string, ours: number) =>
  `The database was made by a newer version of Praetor: it has migration ${number} (${name}), this version knows ${ours}. Use the newer version.`;

const changedMigration = ({ number, name }: Migration) =>
  `Migration ${number} (${name}) is not the one that shaped this database: its checksum differs. Use the version of Praetor that made the database.`;
