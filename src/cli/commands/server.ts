import { type Command, InvalidArgumentError } from "commander";

export interface ServerOptions {
  host?: string;
  port?: number;
  home?: string;
  ui: boolean;
  json?: boolean;
}

export function addServerCommands(program: Command): void {
  const server = program.command("server").description("Run the server with its dashboard.");
  server
    .command("start")
    .description("Start the server; Ctrl-C stops it.")
    .option("--host <address>", "address to listen on (127.0.0.1)")
    .option("--port <number>", "port to listen on (4200); 0 takes a free one", port)
    .option("--home <folder>", "folder of the database (~/.praetor)")
    .option("--no-ui", "serve the API without the dashboard")
    .option("--json", "print one line of JSON once it listens")
    .action(async (options: ServerOptions) => {
      const { startAndWait } = await import("../server.ts");
      await startAndWait(options);
    });
}

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError("Expected a number from 0 to 65535.");
}
