#!/usr/bin/env node
import "../node-version.ts";
import { Command, CommanderError } from "commander";
import { addAutomationCommands } from "./commands/automations.ts";
import { addBlockCommands } from "./commands/blocks.ts";
import { addBulkCommand } from "./commands/bulk.ts";
import { addConcurrencyLimitCommands } from "./commands/concurrency-limits.ts";
import { addConfigCommands } from "./commands/config.ts";
import { addDashboardCommand } from "./commands/dashboard.ts";
import { addDatabaseCommands } from "./commands/database.ts";
import { addDeploymentCommands } from "./commands/deployments.ts";
import { addFlowRunCommands } from "./commands/flow-runs.ts";
import { addServerCommands } from "./commands/server.ts";
import { addTaskRunCommands } from "./commands/task-runs.ts";
import { addVersionCommand } from "./commands/version.ts";
import { addWorkPoolCommands } from "./commands/work-pools.ts";
import { addWorkerCommands } from "./commands/worker.ts";
import { explain } from "./user-error.ts";

// Commands import what they need when they run: `praetor --help` loads no more than this.
const program = new Command("praetor")
  .description("workflow orchestration for TypeScript")
  .showHelpAfterError("See --help for usage.")
  .exitOverride();
addServerCommands(program);
addDashboardCommand(program);
addDatabaseCommands(program);
addFlowRunCommands(program);
addTaskRunCommands(program);
addDeploymentCommands(program);
addBulkCommand(program);
addWorkerCommands(program);
addWorkPoolCommands(program);
addConcurrencyLimitCommands(program);
addAutomationCommands(program);
addBlockCommands(program);
addConfigCommands(program);
addVersionCommand(program);

// `praetor … | head` closes the pipe early; that is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}
