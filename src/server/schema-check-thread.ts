import { parentPort } from "node:worker_threads";
import { type SchemaCheck, verdictOf } from "./schema-check.ts";

// Where a schema may take its time: the main thread ends this one when it has taken too much.

parentPort?.on("message", (check: SchemaCheck) => {
  parentPort?.postMessage(verdictOf(check));
});
parentPort?.postMessage("ready");
