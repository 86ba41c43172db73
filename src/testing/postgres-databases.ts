import { describe, inject } from "vitest";
import type { Answer, TestDatabase } from "./postgres-service.ts";

/** Databases of a real PostgreSQL server, for one test file. */
export interface TestDatabases {
  /** Makes one, empty or as `template` is, to which nobody may be connected. */
  create(template?: TestDatabase): Promise<TestDatabase>;
  drop(database: TestDatabase): Promise<void>;
}

/** Describes tests that need PostgreSQL: awaited at the top of a file. Where there is none, they count as skipped. */
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
