import type { Command } from "commander";

export function addVersionCommand(program: Command): void {
  program
    .command("version")
    .description("print the versions of Praetor and Node")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const { packageVersion } = await import("../package.ts");
      const version = packageVersion();
      const node = process.versions.node;
      process.stdout.write(
        json ? `${JSON.stringify({ version, node })}\n` : `praetor ${version} (Node ${node})\n`,
      );
    });
}
