import type { Command } from "commander";

export function addConfigCommands(program: Command): void {
  const config = program.command("config").description("See which settings are in force.");
  config
    .command("view")
    .description("Print each setting with its value and where that comes from.")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const { viewConfig } = await import("../config.ts");
      viewConfig({ json: json === true });
    });
}
