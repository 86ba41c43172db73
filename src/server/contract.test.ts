import { openStore } from "../store/store.ts";
import { describeContract } from "../testing/contract/suite.ts";
import { describeOnPostgres } from "../testing/postgres-databases.ts";
import { createWorld } from "../testing/world.ts";

const settings = { logLevel: "silent" } as const;

describeContract("the contract, on SQLite", () => createWorld({ settings }));
await describeOnPostgres("the contract, on PostgreSQL", (databases) => {
  describeContract("as on SQLite", async () => {
    const { url } = await databases.create();
    return createWorld({ settings, open: (now) => openStore({ path: url, now }) });
  });
});
