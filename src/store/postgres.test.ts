import { describeOnPostgres, storesIn } from "../testing/postgres-databases.ts";
import { describeStore } from "./contract/suite.ts";

await describeOnPostgres("PostgreSQL", (databases) => describeStore("store", storesIn(databases)));
