import { ApiError, authorization, createClient, socketToken, userAgent } from "../client/client.ts";
import { verifyingServer, WrongServer } from "../client/server-verification.ts";
import { admin } from "../schema/admin.ts";
import { isLoopback } from "../schema/settings.ts";
import { startDashboard } from "../server/dashboard-proxy/start.ts";
import { type ServerAddress, serverAddress, settingsOf } from "./connect.ts";
import { builtDashboard } from "./package.ts";
import { untilAsked } from "./stop.ts";
import { bold, dim, print } from "./terminal.ts";
import { UserError } from "./user-error.ts";

export interface DashboardOptions {
  apiUrl?: string;
  authString?: string;
  host: string;
  port: number;
  json?: boolean;
}

/** Runs the dashboard for another server until it is asked to stop. */
export async function dashboardAndWait(options: DashboardOptions): Promise<void> {
  const { apiUrl, authString, host, port } = options;
  const environment = {
    ...process.env,
    ...(apiUrl === undefined ? {} : { PRAETOR_API_URL: apiUrl }),
    ...(authString === undefined ? {} : { PRAETOR_API_AUTH_STRING: authString }),
  };
  const settings = settingsOf(environment);
  const address = serverAddress(settings);
  const problem = await problemOf(address).catch((error: unknown) => {
    throw inTermsOf(options, error);
  });
  const site = builtDashboard();
  if (!site)
    throw new UserError("The dashboard is not built: run `npm run build` in the clone, then start it again.");
  const running = await startDashboard({
    upstream: {
      apiUrl: address.apiUrl,
      authorization: authorization(address).authorization,
      socketToken: socketToken(address),
    },
    ...{ site, host, port, settings, authString: settings.dashboardAuthString },
  }).catch((error: Error) => {
    throw new UserError(error.message, { cause: error });
  });
  const stopRequested = untilAsked();
  if (problem !== undefined) process.stderr.write(`${problem}\n`);
  if (!isLoopback(host) && !settings.dashboardAuthString) process.stderr.write(`${openToAll(host)}\n`);
  if (options.json) print(JSON.stringify({ url: running.url, pid: process.pid, api_url: address.apiUrl }));
  else announce(running.url, address);
  await stopRequested;
  // A second signal ends it at once.
  process.once("SIGINT", () => process.exit(130));
  await running.close();
}

function announce(url: string, { apiUrl }: ServerAddress): void {
  print(`The dashboard is running: ${bold(url)}`);
  print(dim(`  server  ${apiUrl}`));
}

/** Describes an unreachable server, which may still start; throws for errors that waiting does not fix. */
async function problemOf(address: ServerAddress): Promise<string | undefined> {
  const client = createClient({
    ...{ baseUrl: address.apiUrl, authString: address.authString, apiKey: address.apiKey, agent: userAgent },
    send: verifyingServer((request) => fetch(request, { signal: AbortSignal.timeout(10_000) }), address),
  });
  try {
    await client.call(admin.serverVersion, {});
    return undefined;
  } catch (error) {
    if (error instanceof WrongServer || (error instanceof ApiError && error.status < 500)) throw error;
    return `WARNING: No server answers at ${address.apiUrl} yet. The dashboard shows it as soon as it does.`;
  }
}

/** The message names the option or the variable that was given. */
function inTermsOf({ apiUrl, authString }: DashboardOptions, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const text = error.message
    .replaceAll("PRAETOR_API_URL", apiUrl === undefined ? "PRAETOR_API_URL" : "--api-url")
    .replaceAll(
      "PRAETOR_API_AUTH_STRING",
      authString === undefined ? "PRAETOR_API_AUTH_STRING" : "--auth-string",
    );
  return new UserError(text, { cause: error });
}

const openToAll = (host: string) =>
  [
    bold("WARNING: this dashboard accepts requests from anyone who can reach it."),
    `  It listens on ${host} without authentication: any client can read, run and delete everything on the server.`,
    "  Set PRAETOR_DASHBOARD_AUTH_STRING=user:password, or listen on 127.0.0.1.",
  ].join("\n");
