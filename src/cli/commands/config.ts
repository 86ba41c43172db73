import type { Command } from "commander";

export function addConfigCommands(program: Command): void {
  const config = program.command("config").description("show configuration");
  config
    .command("view")
    .description("print every setting with its value and source")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const { viewConfig } = await import("../config.ts");
      viewConfig({ json: json === true });
    });
}
