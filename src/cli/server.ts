import { withoutPassword } from "../schema/database-url.ts";
import { isLoopback, type Settings } from "../schema/settings.ts";
import { type RunningServer, startServer } from "../server/start.ts";
import { databasePath } from "../store/admin/lock.ts";
import { settingsOf } from "./connect.ts";
import { builtDashboard, packageVersion } from "./package.ts";
import type { ServerOptions } from "./server-options.ts";
import { untilAsked } from "./stop.ts";
import { bold, dim, print } from "./terminal.ts";
import { UserError } from "./user-error.ts";

/** Runs the server until it is asked to stop. */
export async function startAndWait(options: ServerOptions): Promise<void> {
  const { host, port, home } = options;
  const settings = settingsOf({
    ...process.env,
    ...(host === undefined ? {} : { PRAETOR_SERVER_HOST: host }),
    ...(port === undefined ? {} : { PRAETOR_SERVER_PORT: String(port) }),
    ...(home === undefined ? {} : { PRAETOR_HOME: home }),
  });
  const site = options.ui ? builtDashboard() : undefined;
  const server = await startServer({
    ...{ settings, version: packageVersion(), environment: process.env },
    ...(site ? { site } : {}),
  }).catch((error: Error) => {
    throw new UserError(error.message, { cause: error });
  });
  const database = withoutPassword(databasePath(settings));
  // A reader of the address may stop the server at once, and must have seen the warning by then.
  const stopRequested = untilAsked();
  if (isOpenToAll(settings)) process.stderr.write(`${openToAll(settings.host)}\n`);
  if (options.json) print(JSON.stringify({ url: server.url, pid: process.pid, database }));
  else announce(server.url, { database, site });
  await stopRequested;
  await close(server);
}

function announce(url: string, { database, site }: { database: string; site: string | undefined }): void {
  print(`Praetor is running: ${bold(url)}`);
  print(dim(`  API       ${url}/api`));
  print(dim(`  database  ${database}`));
  if (!site) print(dim("  without a dashboard"));
}

const isOpenToAll = ({ host, apiAuthString }: Settings) => !isLoopback(host) && !apiAuthString;
const openToAll = (host: string) =>
  [
    bold("WARNING: this server accepts requests from anyone who can reach it."),
    `  It listens on ${host} without authentication: any client can read, run and delete everything.`,
    "  Set PRAETOR_API_AUTH_STRING=user:password, or bind to 127.0.0.1.",
  ].join("\n");

async function close(server: RunningServer): Promise<void> {
  // A second signal ends it at once.
  process.once("SIGINT", () => process.exit(130));
  await server.close();
}
