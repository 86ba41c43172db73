import type { Command } from "commander";
import { collect, parameter, positive } from "./options.ts";

export interface DeployOptions {
  name?: string;
  pool?: string;
  queue?: string;
  cron?: string;
  interval?: string;
  rrule?: string;
  timezone?: string;
  param?: Record<string, unknown>;
  tag?: string[];
  limit?: number;
  description?: string;
  paused?: boolean;
  json?: boolean;
}
export interface RunOptions {
  param?: Record<string, unknown>;
  tag?: string[];
  name?: string;
  watch?: boolean;
  json?: boolean;
}
export interface DeploymentListOptions {
  flow?: string[];
  tag?: string[];
  json?: boolean;
}
export interface ChangeOptions {
  json?: boolean;
}

const nameHelp = "flow/deployment, or its id";

export function addDeploymentCommands(program: Command): void {
  program
    .command("deploy")
    .description("Leave a flow to the workers of a pool, or all deployments that a file exports.")
    .argument("<file[:export]>", "file.ts:flow, or a file that exports `flow.toDeployment(…)`")
    .option("--name <name>", "name of the deployment")
    .option("--pool <name>", "work pool whose workers run it")
    .option("--queue <name>", "queue of the pool")
    .option("--cron <expression>", "when it runs: five fields")
    .option("--interval <time>", "when it runs: every so many seconds, or 15m, 2h, 1d")
    .option("--rrule <rule>", "when it runs: RFC 5545")
    .option("--timezone <name>", "time zone of the schedule (UTC)")
    .option("--param <key=value>", "a parameter (may be repeated)", parameter)
    .option("--tag <tag>", "a tag (may be repeated)", collect)
    .option("--limit <number>", "runs at the same time", positive)
    .option("--description <text>", "what it is for")
    .option("--paused", "do not run on its schedule yet")
    .option("--json", "print JSON")
    .action(async (file: string, options: DeployOptions) =>
      (await import("../deployments/deploy.ts")).deploy(file, options),
    );
  const noun = program.command("deployment").description("List, inspect, run and control deployments.");
  noun
    .command("ls")
    .description("List deployments by name.")
    .option("--flow <name>", "only of this flow (may be repeated)", collect)
    .option("--tag <tag>", "only with this tag (may be repeated: all of them)", collect)
    .option("--json", "print JSON")
    .action(async (options: DeploymentListOptions) => (await import("../deployments/list.ts")).list(options));
  noun
    .command("inspect")
    .description("Show one deployment: schedules, parameters, limit, last runs.")
    .argument("<name>", nameHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: ChangeOptions) =>
      (await import("../deployments/inspect.ts")).inspect(name, options),
    );
  noun
    .command("run")
    .description("Ask for a run.")
    .argument("<name>", nameHelp)
    .option("--param <key=value>", "a parameter over those of the deployment (may be repeated)", parameter)
    .option("--tag <tag>", "a tag (may be repeated)", collect)
    .option("--name <name>", "name of the run")
    .option("--watch", "print its logs and wait until it has ended")
    .option("--json", "print JSON")
    .action(async (name: string, options: RunOptions) =>
      (await import("../deployments/run.ts")).run(name, options),
    );
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

const changes = [
  ["pause", "Let the schedules of deployments rest."],
  ["resume", "Let the schedules of deployments go on."],
  ["delete", "Delete deployments with their scheduled runs."],
] as const;
