import { beforeAll } from "vitest";
import { describeOnPostgres } from "../testing/postgres-databases.ts";
import type { TestDatabase } from "../testing/postgres-service.ts";
import { describeStore } from "../testing/store-contract.ts";
import { openStore } from "./store.ts";

await describeOnPostgres("PostgreSQL", (databases) => {
  let migrated: TestDatabase;
  beforeAll(async () => {
    migrated = await databases.create();
    const store = await openStore({ path: migrated.url });
    await store.close();
  });

  describeStore("store", async (now) => {
    const database = await databases.create(migrated);
    const store = await openStore({ path: database.url, now });
    return {
      ...store,
      close: async () => {
        await store.close();
        await databases.drop(database);
      },
    };
  });
});
