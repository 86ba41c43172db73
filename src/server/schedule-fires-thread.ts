import { parentPort } from "node:worker_threads";
import { fires } from "../rules/schedule-fires.ts";
import type { FiresAnswer, FiresQuestion } from "./schedule-fires.ts";

// Where a rule may take its time: the main thread ends this one when it has taken too much.

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
