import type { Command } from "commander";
import type { BulkOptions } from "../bulk/options.ts";
import { collect } from "./options.ts";

export function addBulkCommand(program: Command): void {
  program
    .command("bulk")
    .description("apply a verb to all flow runs, task runs or deployments that match a filter")
    .argument("<noun>", "flow-runs, task-runs or deployments")
    .argument(
      "<verb>",
      "cancel, pause, resume, retry, run, set-state, add-tags or delete, as far as the noun has it",
    )
    .option("--filter <json>", 'filter of the API: {"flow_runs":{"state":{"type":{"any_":["FAILED"]}}}}')
    .option("--selection <id>", "selection made earlier, for example in the dashboard")
    .option("--type <type>", "state type, for set-state")
    .option("--name <name>", "state name, for set-state (default: that of the type)")
    .option("--message <text>", "state message, for set-state")
    .option("--force", "write the state without asking the orchestration rules")
    .option("--tag <tag>", "tag to add, for add-tags (repeatable)", collect)
    .option("--dry-run", "show what would be changed, change nothing")
    .option("-y, --yes", "skip confirmation")
    .option("--json", "print JSON (implies --yes)")
    .action(async (noun: string, verb: string, options: BulkOptions) =>
      (await import("../bulk/bulk.ts")).bulk(noun, verb, options),
    );
}
