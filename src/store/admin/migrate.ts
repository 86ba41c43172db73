import { createHash } from "node:crypto";
import type { Connection } from "../engine/connection.ts";
import { StoreError } from "../engine/errors.ts";
import type { Step, Value } from "../engine/protocol.ts";
import { type Migration, migrations } from "../migrations/all.ts";
import type { Dialect } from "../sql/dialect.ts";

interface Wanted {
  /** When a migration is said to have been applied. */
  now: string;
  /** The last migration that is to stand afterwards; all of them when absent. Later ones are undone. */
  to?: number;
  known?: readonly Migration[];
  /** Throws to refuse what is about to be done, and nothing is. */
  accept?: (plan: Plan) => void;
}

/** What is done to a database, in order. */
export interface Plan {
  undone: readonly Migration[];
  added: readonly Migration[];
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
  { now, to = Number.POSITIVE_INFINITY, known = migrations, accept = () => {} }: Wanted,
): Promise<Plan> {
  try {
    await connection.run([], { starts: true, ends: null, waiting: 0 });
    await connection.script(dialect.schema(ledger));
    const applied = await appliedMigrations(connection);
    refuseOthers(applied, known);
    const added = known.filter(({ number }) => number <= to && !applied.has(number));
    const undone = known.filter(({ number }) => number > to && applied.has(number)).reverse();
    accept({ undone, added });
    for (const { down, postgresDown } of undone) await connection.script(dialect.schema(down, postgresDown));
    for (const { up, postgresUp } of added) await connection.script(dialect.schema(up, postgresUp));
    const steps = [...undone.map(forgotten), ...added.map((migration) => entered(migration, now))];
    await connection.run(steps, { starts: false, ends: "commit", waiting: 0 });
    return { undone, added };
  } catch (error) {
    await connection.rollback();
    throw error;
  }
}

export type Applied = Map<number, { name: string; sum: string }>;

const within = { starts: false, ends: null, waiting: 0 };
const appliedSql = "select number, name, checksum from migration order by number";

async function appliedMigrations(connection: Connection): Promise<Applied> {
  const [result] = await connection.run([{ sql: appliedSql, values: [], reads: true }], within);
  return appliedIn(result?.rows ?? []);
}

function appliedIn(rows: readonly (readonly Value[])[]): Applied {
  return new Map(
    rows.map(([number, name, sum]) => [Number(number), { name: String(name), sum: String(sum) }]),
  );
}

/** What the tables of a database are, without a change to it. */
export async function readMigrations(connection: Connection): Promise<Applied> {
  const [result] = await connection.run([{ sql: appliedSql, values: [], reads: true }]);
  return appliedIn(result?.rows ?? []);
}

/** Throws when another version of the program has shaped the database. */
export function refuseOthers(applied: Applied, known: readonly Migration[] = migrations): void {
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
