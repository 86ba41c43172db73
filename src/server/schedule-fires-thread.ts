import { parentPort } from "node:worker_threads";
import { fires } from "../rules/schedule-fires.ts";
import type { FiresAnswer, FiresQuestion } from "./schedule-fires.ts";

// Computes slow rules: the main thread terminates this one when it exceeds its budget.

parentPort?.on("message", ({ schedule, options }: FiresQuestion) => {
  parentPort?.postMessage(answer({ schedule, options }));
});
parentPort?.postMessage("ready");

function answer({ schedule, options }: FiresQuestion): FiresAnswer {
  try {
    return { found: fires(schedule, { ...options, effort: Number.POSITIVE_INFINITY }) };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}
