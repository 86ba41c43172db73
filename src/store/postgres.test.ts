import { describeOnPostgres, storesIn } from "../testing/postgres-databases.ts";
import { describeStore } from "../testing/store-contract.ts";

await describeOnPostgres("PostgreSQL", (databases) => describeStore("store", storesIn(databases)));
