import type { Command } from "commander";

export interface JsonOption {
  json?: boolean;
}
export interface CreateOptions extends JsonOption {
  file: string;
}

const automationHelp = "id or name of the automation";

export function addAutomationCommands(program: Command): void {
  const noun = program.command("automation").description("List, create and control automations.");
  noun
    .command("ls")
    .description("List automations.")
    .option("--json", "print JSON")
    .action(async (options: JsonOption) => (await import("../automations/list.ts")).list(options));
  noun
    .command("inspect")
    .description("Show an automation: what it waits for and what it does.")
    .argument("<automation>", automationHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../automations/list.ts")).inspect(name, options),
    );
  noun
    .command("create")
    .description("Create automations out of a file: one, or a list of them.")
    .requiredOption("-f, --file <path>", "JSON with name, trigger and actions")
    .option("--json", "print JSON")
    .action(async (options: CreateOptions) => (await import("../automations/change.ts")).create(options));
  for (const [verb, description] of changes) {
    noun
      .command(verb)
      .description(description)
      .argument("<automation>", automationHelp)
      .option("--json", "print JSON")
      .action(async (name: string, options: JsonOption) => {
        const { remove, setEnabled } = await import("../automations/change.ts");
        if (verb === "delete") await remove(name, options);
        else await setEnabled(name, verb === "resume", options);
      });
  }
}

const changes = [
  ["pause", "Let an automation do nothing for now; what it has counted is forgotten."],
  ["resume", "Let a paused automation do its work again."],
  ["delete", "Delete an automation."],
] as const;
