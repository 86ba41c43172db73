import type { Command } from "commander";
import type { DashboardOptions } from "../dashboard.ts";
import { port } from "./options.ts";

export function addDashboardCommand(program: Command): void {
  program
    .command("dashboard")
    .description("run the dashboard alone, on an existing Prefect 3 or Praetor server")
    .option("--api-url <url>", "API of the server, such as http://host:4200/api (default: PRAETOR_API_URL)")
    .option("--auth-string <user:password>", "password of the server (default: PRAETOR_API_AUTH_STRING)")
    .option("--host <address>", "address to bind", "127.0.0.1")
    .option("--port <number>", "port to bind (0 for any free port)", port, 4300)
    .option("--json", "print one line of JSON when ready")
    .addHelpText("after", help)
    .action(async (options: DashboardOptions) => {
      const { dashboardAndWait } = await import("../dashboard.ts");
      await dashboardAndWait(options);
    });
}

const help = `
Credentials of the server stay in this process; browsers never see them. PRAETOR_API_KEY holds an API key in place of
a password. To listen beyond this machine with credentials, set PRAETOR_DASHBOARD_AUTH_STRING=user:password, which
browsers then sign in with.`;
