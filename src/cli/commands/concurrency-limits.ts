import type { Command } from "commander";
import type { CreateLimitOptions, JsonOption, UpdateLimitOptions } from "../concurrency-limits/options.ts";
import { natural, rate } from "./options.ts";

const nameHelp = "limit name; tag:<tag> for a task tag limit";

export function addConcurrencyLimitCommands(program: Command): void {
  const noun = program.command("concurrency-limit").description("manage global and tag concurrency limits");
  noun
    .command("ls")
    .description("list concurrency limits with their active slots")
    .option("--json", "print JSON")
    .action(async (options: JsonOption) => (await import("../concurrency-limits/list.ts")).list(options));
  noun
    .command("inspect")
    .description("show a limit with its slot holders and waiters")
    .argument("<name>", nameHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../concurrency-limits/list.ts")).inspect(name, options),
    );
  noun
    .command("create")
    .description("create a concurrency limit")
    .argument("<name>", nameHelp)
    .argument("<limit>", "slots", natural)
    .option("--decay <number>", "slots released per second (makes it a rate limit)", rate)
    .option("--json", "print JSON")
    .action(async (name: string, limit: number, options: CreateLimitOptions) =>
      (await import("../concurrency-limits/change.ts")).create(name, limit, options),
    );
  noun
    .command("update")
    .description("update a concurrency limit")
    .argument("<name>", nameHelp)
    .option("--limit <number>", "slots", natural)
    .option("--decay <number>", "slots released per second", rate)
    .option("--enable", "enable the limit")
    .option("--disable", "disable the limit")
    .option("--json", "print JSON")
    .action(async (name: string, options: UpdateLimitOptions) =>
      (await import("../concurrency-limits/change.ts")).update(name, options),
    );
  noun
    .command("reset")
    .description("release all slots of a limit")
    .argument("<name>", nameHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../concurrency-limits/change.ts")).reset(name, options),
    );
  noun
    .command("delete")
    .description("delete a concurrency limit")
    .argument("<name>", nameHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../concurrency-limits/change.ts")).remove(name, options),
    );
}
