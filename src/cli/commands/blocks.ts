import type { Command } from "commander";
import type { JsonOption, ListOptions } from "../blocks/options.ts";

const blockHelp = "block as TYPE/NAME, such as secret/weather-api-key";

export function addBlockCommands(program: Command): void {
  const block = program.command("block").description("list, show and delete blocks");
  block
    .command("ls")
    .description("List blocks.")
    .option("--type <slug>", "filter by block type")
    .option("--json", "print JSON")
    .action(async (options: ListOptions) => (await import("../blocks/list.ts")).list(options));
  block
    .command("inspect")
    .description("show a block, secrets masked")
    .argument("<block>", blockHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../blocks/list.ts")).inspect(name, options),
    );
  block
    .command("delete")
    .description("delete a block")
    .argument("<block>", blockHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../blocks/change.ts")).remove(name, options),
    );
  program
    .command("secret")
    .description("manage secrets for flows")
    .command("set")
    .description("store a secret; prompts for the value, or reads it from stdin")
    .argument("<name>", "secret name: lower-case letters, digits and dashes")
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../blocks/change.ts")).setSecret(name, options),
    );
}
