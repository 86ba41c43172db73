import type { Command } from "commander";
import { collect, positive } from "./options.ts";

export interface ListOptions {
  state?: string[];
  flow?: string[];
  tag?: string[];
  name?: string;
  limit: number;
  json?: boolean;
}
export interface LogsOptions {
  follow?: boolean;
  level?: string;
  json?: boolean;
}
export interface ChangeOptions {
  yes?: boolean;
  json?: boolean;
}
export interface ResumeOptions extends ChangeOptions {
  input?: string;
}

const idHelp = "id, at least 6 characters of one, or the name of a flow run";

export function addFlowRunCommands(program: Command): void {
  const noun = program.command("flow-run").description("List, inspect and control flow runs.");
  noun
    .command("ls")
    .description("List flow runs, newest first.")
    .option("--state <state>", "only runs in this state, by type or name (may be repeated)", collect)
    .option("--flow <name>", "only runs of this flow (may be repeated)", collect)
    .option("--tag <tag>", "only runs with this tag (may be repeated: all of them)", collect)
    .option("--name <text>", "only runs whose name contains this")
    .option("--limit <number>", "at most so many", positive, 20)
    .option("--json", "print JSON")
    .action(async (options: ListOptions) => (await import("../flow-runs/list.ts")).list(options));
  noun
    .command("inspect")
    .description("Show one flow run: its states, its task runs, its failure.")
    .argument("<id>", idHelp)
    .option("--json", "print JSON")
    .action(async (id: string, options: { json?: boolean }) =>
      (await import("../flow-runs/inspect.ts")).inspect(id, options),
    );
  noun
    .command("logs")
    .description("Print the logs of a flow run and its task runs.")
    .argument("<id>", idHelp)
    .option("-f, --follow", "go on until the run has ended")
    .option("--level <level>", "debug, info, warning, error or critical, and above")
    .option("--json", "print one JSON object per line")
    .action(async (id: string, options: LogsOptions) =>
      (await import("../flow-runs/logs.ts")).printLogs(id, options),
    );
  addChangeCommands(noun);
}

function addChangeCommands(noun: Command): void {
  noun
    .command("cancel")
    .description("Ask flow runs to stop.")
    .argument("<id...>", idHelp)
    .option("--json", "print JSON")
    .action(async (ids: string[], options: ChangeOptions) =>
      (await import("../flow-runs/change.ts")).cancel(ids, options),
    );
  noun
    .command("retry")
    .description("Schedule ended flow runs of deployments again.")
    .argument("<id...>", idHelp)
    .option("--json", "print JSON")
    .action(async (ids: string[], options: ChangeOptions) =>
      (await import("../flow-runs/change.ts")).retry(ids, options),
    );
  noun
    .command("pause")
    .description("Pause running flow runs.")
    .argument("<id...>", idHelp)
    .option("--json", "print JSON")
    .action(async (ids: string[], options: ChangeOptions) =>
      (await import("../flow-runs/change.ts")).pause(ids, options),
    );
  noun
    .command("resume")
    .description("Let paused flow runs go on.")
    .argument("<id...>", idHelp)
    .option("--input <json>", "what the run has asked for, as a JSON object")
    .option("--json", "print JSON")
    .action(async (ids: string[], options: ResumeOptions) =>
      (await import("../flow-runs/change.ts")).resume(ids, options),
    );
  noun
    .command("delete")
    .description("Delete flow runs with their task runs and logs.")
    .argument("<id...>", idHelp)
    .option("-y, --yes", "do not ask first")
    .option("--json", "print JSON (and do not ask)")
    .action(async (ids: string[], options: ChangeOptions) =>
      (await import("../flow-runs/change.ts")).remove(ids, options),
    );
}
