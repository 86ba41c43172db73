import type { Command } from "commander";
import { collect, positive } from "./options.ts";

export interface WorkerStartOptions {
  pool: string;
  name?: string;
  queue?: string[];
  limit?: number;
  type: string;
  grace: number;
  createPool: boolean;
  json?: boolean;
}

export function addWorkerCommands(program: Command): void {
  const worker = program.command("worker").description("Start the runs of a work pool.");
  worker
    .command("start")
    .description("Start due runs, each in a process of its own; Ctrl-C lets them finish and stops.")
    .requiredOption("--pool <name>", "the work pool; created when it is missing")
    .option("--name <name>", "name of the worker (host and process id)")
    .option("--queue <name>", "only this queue of the pool (may be repeated)", collect)
    .option("--limit <number>", "runs at the same time (no limit)", positive)
    .option("--type <type>", "type of the pool", "process")
    .option("--grace <seconds>", "time that runs have to end when the worker stops", positive, 30)
    .option("--no-create-pool", "refuse to start when the pool is missing")
    .option("--json", "print one line of JSON once it is ready")
    .action(async (options: WorkerStartOptions) => (await import("../worker.ts")).start(options));
}
