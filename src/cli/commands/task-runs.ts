import type { Command } from "commander";
import type { StateOptions } from "../run-changes.ts";
import { addStateOptions } from "./options.ts";

interface ChangeOptions {
  yes?: boolean;
  json?: boolean;
}

const idHelp = "task run id";

export function addTaskRunCommands(program: Command): void {
  const noun = program.command("task-run").description("control task runs");
  addStateOptions(
    noun.command("set-state").description("set the state of task runs").argument("<id...>", idHelp),
  ).action(async (ids: string[], options: StateOptions) =>
    (await import("../task-runs/change.ts")).setState(ids, options),
  );
  noun
    .command("rename")
    .description("rename a task run")
    .argument("<id>", idHelp)
    .argument("<name>", "new name")
    .option("--json", "print JSON")
    .action(async (id: string, name: string, options: ChangeOptions) =>
      (await import("../task-runs/change.ts")).rename(id, name, options),
    );
  noun
    .command("delete")
    .description("delete task runs")
    .argument("<id...>", idHelp)
    .option("-y, --yes", "skip confirmation")
    .option("--json", "print JSON (implies --yes)")
    .action(async (ids: string[], options: ChangeOptions) =>
      (await import("../task-runs/change.ts")).remove(ids, options),
    );
}
