import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { variables } from "../../schema/variables.ts";
import { Connection } from "../engine/connection.ts";
import { migrations } from "../migrations/all.ts";
import { sqlite } from "../sql/dialect.ts";
import { openStore } from "../store.ts";
import { migrate } from "./migrate.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "praetor-migrate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, "deep", "praetor.db");

/** Creates a database, then changes it without the store. */
async function databaseWith(sql: string): Promise<void> {
  await (await openStore({ path: path() })).close();
  const database = new DatabaseSync(path());
  database.exec(sql);
  database.close();
}

test("a database is created with its folder, and keeps its rows and its seq when reopened", async () => {
  const first = await openStore({ path: path() });
  const variable = await first.variables.create(variables.create.input.parse({ name: "kept", value: 1 }));
  const seq = first.seq();
  await first.close();
  const second = await openStore({ path: path() });
  expect(await second.variables.readByName("kept")).toEqual(variable);
  expect(second.seq()).toBe(seq);
  expect(await second.changesSince(seq - 1)).toMatchObject([{ id: variable.id, kind: "created" }]);
  await second.close();
});

test("a migration whose text has changed is refused", async () => {
  await databaseWith("update migration set checksum = 'other'");
  await expect(openStore({ path: path() })).rejects.toThrow(
    "Migration 1 (first) is not the one that shaped this database",
  );
});

test("a database of a newer version is refused", async () => {
  await databaseWith("insert into migration values (99, 'future', 'sum', '2030')");
  await expect(openStore({ path: path() })).rejects.toThrow("made by a newer version of Praetor");
});

test("every table is strict, so that nothing is stored under a wrong type", async () => {
  await databaseWith("");
  const database = new DatabaseSync(path());
  const loose = database.prepare(
    "select name from pragma_table_list where schema = 'main' and type = 'table' and strict = 0",
  );
  expect(loose.all().filter((row) => !String(row.name).startsWith("sqlite_"))).toEqual([]);
  database.close();
});

test("calls after closing are refused", async () => {
  const store = await openStore({ path: path() });
  await store.close();
  await expect(store.flows.count({})).rejects.toThrow("closed");
  await expect(store.ingest([])).rejects.toThrow("closed");
  await expect(store.transaction(async () => 1)).rejects.toThrow("closed");
});

interface Described {
  name: string;
  /** Columns with their types, keys and references, indexes, as reported by SQLite. */
  facts: unknown[];
}

/** The creation order of indexes is irrelevant. */
const factsOf = {
  table_xinfo: "select * from pragma_table_xinfo(?)",
  foreign_key_list: "select * from pragma_foreign_key_list(?)",
  index_list: `select list.name, list."unique", origin, partial, sql from pragma_index_list(?) as list
    left join sqlite_schema as made on made.name = list.name order by list.name`,
};

function tablesIn(database: DatabaseSync): Described[] {
  const tables = database.prepare("select name from pragma_table_list where schema = 'main' order by name");
  return tables.all().map(({ name }) => ({
    name: String(name),
    facts: Object.values(factsOf).map((fact) => database.prepare(fact).all(String(name))),
  }));
}

test("every migration can be reverted to the previous tables and applied again", async () => {
  mkdirSync(dirname(path()));
  const connection = new Connection({ path: path(), readOnly: false });
  const database = new DatabaseSync(path());
  const shapes: Described[][] = [];
  const go = async (to: number) => {
    await migrate(connection, sqlite, { now: "2030-01-01T00:00:00.000000Z", to });
    return tablesIn(database);
  };
  for (const number of [0, ...migrations.map((migration) => migration.number)]) shapes.push(await go(number));
  for (const [at, { number }] of [...migrations.entries()].reverse()) {
    expect(await go(migrations[at - 1]?.number ?? 0), `down of ${number}`).toEqual(shapes[at]);
  }
  expect(await go(Number.POSITIVE_INFINITY)).toEqual(shapes.at(-1));
  database.close();
  await connection.close();
});
