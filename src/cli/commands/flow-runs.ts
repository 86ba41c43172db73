import type { Command } from "commander";
import type {
  ChangeOptions,
  ListOptions,
  LogsOptions,
  ResumeOptions,
  RunAgainOptions,
  TagOptions,
} from "../flow-runs/options.ts";
import type { StateOptions } from "../run-changes.ts";
import { addStateOptions, collect, parameter, positive } from "./options.ts";

const idHelp = "flow run id, 6 or more characters of it, or name";

export function addFlowRunCommands(program: Command): void {
  const noun = program.command("flow-run").description("list, inspect and control flow runs");
  noun
    .command("ls")
    .description("list flow runs, newest first")
    .option("--state <state>", "filter by state type or name (repeatable)", collect)
    .option("--flow <name>", "filter by flow name (repeatable)", collect)
    .option("--tag <tag>", "filter by tag (repeatable; all must match)", collect)
    .option("--name <text>", "filter by part of the run name")
    .option("--limit <number>", "maximum number of runs", positive, 20)
    .option("--json", "print JSON")
    .action(async (options: ListOptions) => (await import("../flow-runs/list.ts")).list(options));
  noun
    .command("inspect")
    .description("show a flow run with its states, task runs and failure")
    .argument("<id>", idHelp)
    .option("--json", "print JSON")
    .action(async (id: string, options: { json?: boolean }) =>
      (await import("../flow-runs/inspect.ts")).inspect(id, options),
    );
  noun
    .command("logs")
    .description("print the logs of a flow run and its task runs")
    .argument("<id>", idHelp)
    .option("-f, --follow", "stream until the run has finished")
    .option("--level <level>", "minimum level: debug, info, warning, error or critical")
    .option("--json", "print one JSON object per line")
    .action(async (id: string, options: LogsOptions) =>
      (await import("../flow-runs/logs.ts")).printLogs(id, options),
    );
  noun
    .command("report")
    .description("summarize a flow run in Markdown: failure, last log lines, parameters, versions")
    .argument("<id>", idHelp)
    .action(async (id: string) => (await import("../flow-runs/report.ts")).report(id));
  noun
    .command("export")
    .description("print a flow run with states, task runs, artifacts and logs as JSON")
    .argument("<id>", idHelp)
    .action(async (id: string) => (await import("../flow-runs/report.ts")).exportJson(id));
  addRunAgain(noun);
  addChangeCommands(noun);
  addEditCommands(noun);
}

function addRunAgain(noun: Command): void {
  noun
    .command("run-again")
    .description("create a run of the same deployment with the same parameters")
    .argument("<id>", idHelp)
    .option("--param <key=value>", "parameter, overrides the run's (repeatable)", parameter)
    .option("--job-variable <key=value>", "job variable, overrides the run's (repeatable)", parameter)
    .option("--tag <tag>", "tag, replaces the run's (repeatable)", collect)
    .option("--name <name>", "name of the new run")
    .option("--json", "print JSON")
    .action(async (id: string, options: RunAgainOptions) =>
      (await import("../flow-runs/run-again.ts")).runAgain(id, options),
    );
}

function addEditCommands(noun: Command): void {
  addStateOptions(
    noun.command("set-state").description("set the state of flow runs").argument("<id...>", idHelp),
  ).action(async (ids: string[], options: StateOptions) =>
    (await import("../flow-runs/change.ts")).setState(ids, options),
  );
  noun
    .command("rename")
    .description("rename a flow run")
    .argument("<id>", idHelp)
    .argument("<name>", "new name")
    .option("--json", "print JSON")
    .action(async (id: string, name: string, options: ChangeOptions) =>
      (await import("../flow-runs/change.ts")).rename(id, name, options),
    );
  noun
    .command("tag")
    .description("add tags to flow runs, or remove them")
    .argument("<id...>", idHelp)
    .option("--add <tag>", "tag to add (repeatable)", collect)
    .option("--remove <tag>", "tag to remove (repeatable)", collect)
    .option("--json", "print JSON")
    .action(async (ids: string[], options: TagOptions) =>
      (await import("../flow-runs/change.ts")).tag(ids, options),
    );
}

function addChangeCommands(noun: Command): void {
  noun
    .command("cancel")
    .description("cancel flow runs")
    .argument("<id...>", idHelp)
    .option("--json", "print JSON")
    .action(async (ids: string[], options: ChangeOptions) =>
      (await import("../flow-runs/change.ts")).cancel(ids, options),
    );
  noun
    .command("retry")
    .description("retry finished flow runs of deployments")
    .argument("<id...>", idHelp)
    .option("--json", "print JSON")
    .action(async (ids: string[], options: ChangeOptions) =>
      (await import("../flow-runs/change.ts")).retry(ids, options),
    );
  noun
    .command("pause")
    .description("pause running flow runs")
    .argument("<id...>", idHelp)
    .option("--json", "print JSON")
    .action(async (ids: string[], options: ChangeOptions) =>
      (await import("../flow-runs/change.ts")).pause(ids, options),
    );
  noun
    .command("resume")
    .description("resume paused flow runs")
    .argument("<id...>", idHelp)
    .option("--input <json>", "run input as a JSON object")
    .option("--json", "print JSON")
    .action(async (ids: string[], options: ResumeOptions) =>
      (await import("../flow-runs/change.ts")).resume(ids, options),
    );
  noun
    .command("delete")
    .description("delete flow runs with their task runs and logs")
    .argument("<id...>", idHelp)
    .option("-y, --yes", "skip confirmation")
    .option("--json", "print JSON (implies --yes)")
    .action(async (ids: string[], options: ChangeOptions) =>
      (await import("../flow-runs/change.ts")).remove(ids, options),
    );
}
