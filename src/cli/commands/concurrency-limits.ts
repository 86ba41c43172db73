import type { Command } from "commander";
import { natural, rate } from "./options.ts";

export interface JsonOption {
  json?: boolean;
}
export interface CreateLimitOptions extends JsonOption {
  decay?: number;
}
export interface UpdateLimitOptions extends CreateLimitOptions {
  limit?: number;
  enable?: boolean;
  disable?: boolean;
}

const nameHelp = "name of the limit; tag:<tag> for one on the tasks with a tag";

export function addConcurrencyLimitCommands(program: Command): void {
  const noun = program
    .command("concurrency-limit")
    .description("List, create and change concurrency limits, by tag and global.");
  noun
    .command("ls")
    .description("List limits with the slots that are taken.")
    .option("--json", "print JSON")
    .action(async (options: JsonOption) => (await import("../concurrency-limits/list.ts")).list(options));
  noun
    .command("inspect")
    .description("Show one limit: who holds its slots and who waits.")
    .argument("<name>", nameHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../concurrency-limits/list.ts")).inspect(name, options),
    );
  noun
    .command("create")
    .description("Create a limit.")
    .argument("<name>", nameHelp)
    .argument("<limit>", "slots", natural)
    .option("--decay <number>", "slots that come back by themselves each second: a rate limit", rate)
    .option("--json", "print JSON")
    .action(async (name: string, limit: number, options: CreateLimitOptions) =>
      (await import("../concurrency-limits/change.ts")).create(name, limit, options),
    );
  noun
    .command("update")
    .description("Change a limit.")
    .argument("<name>", nameHelp)
    .option("--limit <number>", "slots", natural)
    .option("--decay <number>", "slots that come back by themselves each second", rate)
    .option("--enable", "obey it again")
    .option("--disable", "let it limit nothing for now")
    .option("--json", "print JSON")
    .action(async (name: string, options: UpdateLimitOptions) =>
      (await import("../concurrency-limits/change.ts")).update(name, options),
    );
  noun
    .command("reset")
    .description("Free all slots of a limit, whoever holds them.")
    .argument("<name>", nameHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../concurrency-limits/change.ts")).reset(name, options),
    );
  noun
    .command("delete")
    .description("Delete a limit.")
    .argument("<name>", nameHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../concurrency-limits/change.ts")).remove(name, options),
    );
}
