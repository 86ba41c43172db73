import { beforeAll, describe, inject } from "vitest";
import { openStore } from "../store/store.ts";
import type { Answer, TestDatabase } from "./postgres-service.ts";
import type { OpenStore } from "./store-fixture.ts";

/** Databases of a real PostgreSQL server, for one test file. */
export interface TestDatabases {
  /** Creates one, empty or as a copy of `template`, which must have no connections. */
  create(template?: TestDatabase): Promise<TestDatabase>;
  drop(database: TestDatabase): Promise<void>;
}

/** Describes tests that need PostgreSQL: awaited at the top level of a file. Without it, they count as skipped. */
export async function describeOnPostgres(
  name: string,
  work: (databases: TestDatabases) => void,
): Promise<void> {
  const first = await ask("POST", "/");
  if ("reason" in first) {
    console.warn(`Skipped: ${name}: ${first.reason}.`);
    describe.skip(`${name} (${first.reason})`, () => work(databases));
    return;
  }
  await databases.drop(databaseIn(first));
  describe(name, () => work(databases));
}

/** Opens stores, each on its own database: the tables are created once for the enclosing suite. */
export function storesIn(databases: TestDatabases): OpenStore {
  let migrated: TestDatabase | undefined;
  beforeAll(async () => {
    migrated = await databases.create();
    await (await openStore({ path: migrated.url })).close();
  });
  return async (now) => {
    const database = await databases.create(migrated);
    const store = await openStore({ path: database.url, now });
    return {
      ...store,
      close: async () => {
        await store.close();
        await databases.drop(database);
      },
    };
  };
}

const databases: TestDatabases = {
  create: async (template) => databaseIn(await ask("POST", template ? `/?template=${template.name}` : "/")),
  drop: async ({ name }) => {
    await ask("DELETE", `/${name}`);
  },
};

async function ask(method: string, path: string): Promise<Answer> {
  const response = await fetch(`${inject("postgresService")}${path}`, { method });
  const answer: Answer = JSON.parse(await response.text());
  if ("error" in answer) throw new Error(`PostgreSQL: ${answer.error}`);
  return answer;
}

function databaseIn(answer: Answer): TestDatabase {
  if (!("database" in answer)) throw new Error("Expected a database from the service of the tests.");
  return answer.database;
}
