import type { Command } from "commander";
import type { ServerOptions } from "../server-options.ts";
import { port } from "./options.ts";

export function addServerCommands(program: Command): void {
  const server = program.command("server").description("run the API server and dashboard");
  server
    .command("start")
    .description("start the server")
    .option("--host <address>", "host to bind (default: 127.0.0.1)")
    .option("--port <number>", "port to bind (default: 4200; 0 for any free port)", port)
    .option("--home <folder>", "data directory (default: ~/.praetor)")
    .option("--no-ui", "serve the API only")
    .option("--json", "print one line of JSON when ready")
    .action(async (options: ServerOptions) => {
      const { startAndWait } = await import("../server.ts");
      await startAndWait(options);
    });
}
