import { describeOnPostgres, storesIn } from "../testing/postgres-databases.ts";
import { createWorld } from "../testing/world.ts";
import { describeContract } from "./contract/suite.ts";

const settings = { logLevel: "silent" } as const;

describeContract("the contract, on SQLite", () => createWorld({ settings }));
await describeOnPostgres("the contract, on PostgreSQL", (databases) => {
  const open = storesIn(databases);
  describeContract("as on SQLite", () => createWorld({ settings, open }));
});
