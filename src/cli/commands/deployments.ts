import type { Command } from "commander";
import type {
  ChangeOptions,
  DeploymentListOptions,
  DeployOptions,
  RunOptions,
  TagOptions,
} from "../deployments/options.ts";
import { collect, parameter, positive } from "./options.ts";

const nameHelp = "deployment as flow/deployment, or its id";

export function addDeploymentCommands(program: Command): void {
  program
    .command("deploy")
    .description("deploy a flow to a work pool, or every deployment exported by a file")
    .argument("<file[:export]>", "file.ts:flow, or a file that exports `flow.toDeployment(…)`")
    .option("--name <name>", "deployment name")
    .option("--pool <name>", "work pool that runs it")
    .option("--queue <name>", "work queue")
    .option("--cron <expression>", "cron schedule (five fields)")
    .option("--interval <time>", "interval schedule: seconds, or 15m, 2h, 1d")
    .option("--rrule <rule>", "RRULE schedule (RFC 5545)")
    .option("--timezone <name>", "time zone of the schedule (default: UTC)")
    .option("--param <key=value>", "parameter (repeatable)", parameter)
    .option("--tag <tag>", "tag (repeatable)", collect)
    .option("--limit <number>", "maximum concurrent runs", positive)
    .option("--description <text>", "description")
    .option("--paused", "create with paused schedules")
    .option("--json", "print JSON")
    .action(async (file: string, options: DeployOptions) =>
      (await import("../deployments/deploy.ts")).deploy(file, options),
    );
  const noun = program.command("deployment").description("list, inspect, run and control deployments");
  noun
    .command("ls")
    .description("list deployments")
    .option("--flow <name>", "filter by flow name (repeatable)", collect)
    .option("--tag <tag>", "filter by tag (repeatable; all must match)", collect)
    .option("--json", "print JSON")
    .action(async (options: DeploymentListOptions) => (await import("../deployments/list.ts")).list(options));
  noun
    .command("inspect")
    .description("show a deployment with schedules, parameters, limit and recent runs")
    .argument("<name>", nameHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: ChangeOptions) =>
      (await import("../deployments/inspect.ts")).inspect(name, options),
    );
  addRun(noun);
  for (const [verb, description] of changes) {
    noun
      .command(verb)
      .description(description)
      .argument("<name...>", nameHelp)
      .option("--json", "print JSON")
      .action(async (names: string[], options: ChangeOptions) =>
        (await import("../deployments/change.ts")).change(verb, names, options),
      );
  }
}

function addRun(noun: Command): void {
  noun
    .command("run")
    .description("create a flow run of each deployment")
    .argument("<name...>", nameHelp)
    .option("--param <key=value>", "parameter, overrides the deployment's (repeatable)", parameter)
    .option("--tag <tag>", "tag (repeatable)", collect)
    .option("--name <name>", "flow run name")
    .option("--watch", "stream logs and wait for the run to finish")
    .option("--json", "print JSON")
    .action(async (names: string[], options: RunOptions) =>
      (await import("../deployments/run.ts")).run(names, options),
    );
  noun
    .command("tag")
    .description("add tags to deployments, or remove them")
    .argument("<name...>", nameHelp)
    .option("--add <tag>", "tag to add (repeatable)", collect)
    .option("--remove <tag>", "tag to remove (repeatable)", collect)
    .option("--json", "print JSON")
    .action(async (names: string[], options: TagOptions) =>
      (await import("../deployments/change.ts")).tag(names, options),
    );
}

const changes = [
  ["pause", "pause deployment schedules"],
  ["resume", "resume deployment schedules"],
  ["delete", "delete deployments and their scheduled runs"],
] as const;
