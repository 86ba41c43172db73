import { parentPort } from "node:worker_threads";
import { type SchemaCheck, verdictOf } from "./schema-check.ts";

// Runs slow checks: the main thread terminates this one when it exceeds its budget.

parentPort?.on("message", (check: SchemaCheck) => {
  parentPort?.postMessage(verdictOf(check));
});
parentPort?.postMessage("ready");
