import type { Command } from "commander";

export interface JsonOption {
  json?: boolean;
}
export interface ListOptions extends JsonOption {
  type?: string;
}

const blockHelp = "the block as TYPE/NAME, such as secret/weather-api-key";

export function addBlockCommands(program: Command): void {
  const block = program.command("block").description("List, show and delete blocks.");
  block
    .command("ls")
    .description("List blocks.")
    .option("--type <slug>", "only those of one type")
    .option("--json", "print JSON")
    .action(async (options: ListOptions) => (await import("../blocks/list.ts")).list(options));
  block
    .command("inspect")
    .description("Show a block, without its secrets.")
    .argument("<block>", blockHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../blocks/list.ts")).inspect(name, options),
    );
  block
    .command("delete")
    .description("Delete a block.")
    .argument("<block>", blockHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../blocks/change.ts")).remove(name, options),
    );
  program
    .command("secret")
    .description("Keep secrets for flows.")
    .command("set")
    .description("Keep a secret under a name; what it is is asked for, or read from standard input.")
    .argument("<name>", "lower-case letters, digits and dashes")
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../blocks/change.ts")).setSecret(name, options),
    );
}
