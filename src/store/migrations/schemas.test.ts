import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { expect, test } from "vitest";
import {
  type Described,
  sameInBoth,
  tablesOfPostgres,
  tablesOfSqlite,
} from "../../testing/described-tables.ts";
import { describeOnPostgres } from "../../testing/postgres-databases.ts";
import { migrate } from "../admin/migrate.ts";
import { Connection } from "../engine/connection.ts";
import { postgres } from "../sql/postgres-dialect.ts";
import { migrations } from "./all.ts";

const now = "2030-01-01T00:00:00.000000Z";
const numbers = [0, ...migrations.map(({ number }) => number)];

await describeOnPostgres("the tables of PostgreSQL", (databases) => {
  test("are those of SQLite after each migration, which can be undone and applied again", async () => {
    const database = await databases.create();
    const connection = new Connection({ path: database.url, readOnly: false });
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const go = async (to: number): Promise<Described[]> => {
      await migrate(connection, postgres, { now, to });
      return tablesOfPostgres(client);
    };
    const shapes: Described[][] = [];
    for (const number of numbers) {
      const shape = await go(number);
      expect(sameInBoth(shape), `after ${number}`).toEqual(sameInBoth(await sqliteAt(number)));
      shapes.push(shape);
    }
    expect(shapes.at(-1)?.length).toBeGreaterThan(30);
    for (const [at, number] of [...numbers.entries()].reverse()) {
      expect(await go(number), `down to ${number}`).toEqual(shapes[at]);
    }
    expect(await go(Number.POSITIVE_INFINITY)).toEqual(shapes.at(-1));
    await client.end();
    await connection.close();
    await databases.drop(database);
  }, 60_000);
});

async function sqliteAt(number: number): Promise<Described[]> {
  const text = [...migrations].filter((each) => each.number <= number).map((each) => each.sqlite.up);
  const database = new DatabaseSync(":memory:");
  database.exec(text.join(";"));
  const tables = tablesOfSqlite(database);
  database.close();
  return tables;
}
