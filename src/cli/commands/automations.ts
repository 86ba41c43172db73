import type { Command } from "commander";
import type { CreateOptions, JsonOption } from "../automations/options.ts";

const automationHelp = "automation id or name";

export function addAutomationCommands(program: Command): void {
  const noun = program.command("automation").description("list, create and control automations");
  noun
    .command("ls")
    .description("List automations.")
    .option("--json", "print JSON")
    .action(async (options: JsonOption) => (await import("../automations/list.ts")).list(options));
  noun
    .command("inspect")
    .description("show an automation with its trigger and actions")
    .argument("<automation>", automationHelp)
    .option("--json", "print JSON")
    .action(async (name: string, options: JsonOption) =>
      (await import("../automations/list.ts")).inspect(name, options),
    );
  noun
    .command("create")
    .description("create one or more automations from a JSON file")
    .requiredOption("-f, --file <path>", "JSON file with name, trigger and actions, or a list of them")
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
  ["pause", "pause an automation and reset its counters"],
  ["resume", "resume a paused automation"],
  ["delete", "delete an automation"],
] as const;
