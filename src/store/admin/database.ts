import { timestamp } from "../../schema/scalars.ts";
import { Connection } from "../engine/connection.ts";
import { questionsTo } from "../engine/database-questions.ts";
import type { Rows, Value } from "../engine/protocol.ts";
import { spanRest } from "../engine/rollup.ts";
import { objectsOf, type Scope, stepOf } from "../engine/scope.ts";
import { type Migration, migrations } from "../migrations/all.ts";
import { dialectOf } from "../sql/dialects.ts";
import { migrate, type Plan, readMigrations, refuseOthers } from "./migrate.ts";
import { type RollupDifference, rollupsThatDiffer } from "./rollup-check.ts";

// Database maintenance: the `praetor database` commands.

type Named = Pick<Migration, "number" | "name">;

export interface Upgrade {
  undone: Named[];
  added: Named[];
}

export interface UpgradeOptions {
  /** The last migration to be applied; all of them when absent. */
  to?: number | undefined;
  /** Throws to refuse; nothing is changed then. */
  accept(plan: Upgrade & { losesData: boolean }): void;
}

/** Migrates the tables in one transaction. */
export async function upgradeDatabase(path: string, { to, accept }: UpgradeOptions): Promise<Upgrade> {
  const dialect = dialectOf(path);
  return using(path, false, async (connection) => {
    const now = timestamp(Date.now());
    const wanted = to === undefined ? { now } : { now, to };
    const plan = await migrate(connection, dialect, {
      ...wanted,
      accept: (target) => accept(described(target)),
    });
    return described(plan);
  });
}

const described = ({ undone, added }: Plan) => ({
  undone: undone.map(named),
  added: added.map(named),
  losesData: undone.some(({ losesData }) => losesData),
});

const named = ({ number, name }: Migration): Named => ({ number, name });

/** The migrations of this version of the program, in order. */
export const knownMigrations = (): Named[] => migrations.map(named);

export interface DatabaseCheck {
  product: string;
  version: string;
  /** The last migration; null in a database without tables. */
  migration: Named | null;
  pending: Named[];
  bytes: number;
  tables: { name: string; bytes: number }[];
  /** The check and the problems it found. */
  checks: { name: string; problems: string[] }[];
}

/** Looks at a database without changing it. */
export function checkDatabase(path: string): Promise<DatabaseCheck> {
  const questions = questionsTo(path);
  const dialect = dialectOf(path);
  return using(path, true, async (connection) => {
    const rows = async (sql: string) => (await ask(connection, sql)).rows;
    const value = async (sql: string) => (await rows(sql))[0]?.[0];
    const ledger = await value(questions.ledger);
    const applied = ledger === undefined ? new Map() : await readMigrations(connection);
    const checks = [{ name: "migrations", problems: problemsOf(() => refuseOthers(applied)) }];
    for (const [name, sql] of Object.entries(questions.problems)) {
      checks.push({ name, problems: (await rows(sql)).map(([sentence]) => String(sentence)) });
    }
    const pending = migrations.filter(({ number }) => !applied.has(number)).map(named);
    if (pending.length === 0) {
      const all: Scope["all"] = async (query) => {
        const { sql, values } = stepOf(dialect, query, true);
        return objectsOf(query, await ask(connection, sql, values));
      };
      const differences = await rollupsThatDiffer({ dialect, all });
      checks.push({ name: "tallies of runs", problems: differences.map(sentenceOf) });
    }
    const last = [...applied.keys()].at(-1);
    return {
      product: questions.product,
      version: String(await value(questions.version)),
      migration: last === undefined ? null : { number: last, name: applied.get(last).name },
      pending,
      bytes: Number(await value(questions.size)),
      tables: (await rows(questions.tables)).map(([name, size]) => ({
        name: String(name),
        bytes: Number(size),
      })),
      checks,
    };
  });
}

const ask = async (connection: Connection, sql: string, values: readonly Value[] = []): Promise<Rows> =>
  (await connection.run([{ sql, values, reads: true }]))[0] ?? { columns: [], rows: [] };

function sentenceOf({ kind, span, start, state_type, state_name, expected, runs }: RollupDifference): string {
  const state = state_type === "" ? "no state" : `${state_type} (${state_name})`;
  const time = start === "" ? "without a time" : `from ${start}${spanRest.slice(span)}`;
  const what =
    runs === expected ? `the times of ${runs} runs do not add up` : `expected ${expected}, got ${runs}`;
  return `${kind} in ${state} ${time}: ${what}`;
}

function problemsOf(check: () => void): string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function using<T>(
  path: string,
  readOnly: boolean,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = new Connection({ path, readOnly, isPatient: true });
  try {
    return await work(connection);
  } finally {
    await connection.close().catch(() => undefined);
  }
}
