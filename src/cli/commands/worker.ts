import type { Command } from "commander";
import type { WorkerStartOptions } from "../worker-options.ts";
import { collect, positive } from "./options.ts";

export function addWorkerCommands(program: Command): void {
  const worker = program.command("worker").description("run a worker");
  worker
    .command("start")
    .description("start a worker that runs each flow run in its own process; Ctrl-C stops it gracefully")
    .requiredOption("--pool <name>", "work pool to poll (created if missing)")
    .option("--name <name>", "worker name (default: host and process id)")
    .option("--queue <name>", "work queue to poll (repeatable; default: all)", collect)
    .option("--limit <number>", "maximum concurrent runs (default: no limit)", positive)
    .option("--type <type>", "work pool type", "process")
    .option("--grace <seconds>", "shutdown grace period for running flow runs", positive, 30)
    .option("--no-create-pool", "fail if the work pool does not exist")
    .option("--json", "print one line of JSON when ready")
    .action(async (options: WorkerStartOptions) => (await import("../worker.ts")).start(options));
}
