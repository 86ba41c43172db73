import { hostname, networkInterfaces } from "node:os";
import { pino } from "pino";
import { isLoopback, type Settings } from "../../schema/settings.ts";
import { FailedLogins } from "../http/failed-logins.ts";
import { Hosts } from "../http/hosts.ts";
import { Origins } from "../http/origins.ts";
import { Sessions } from "../http/sessions.ts";
import { HttpServer } from "../http-server.ts";
import { Metrics } from "../metrics/metrics.ts";
import { openSite } from "../site.ts";
import { acceptSockets, type Channel } from "../sockets/accept.ts";
import { createProxyApp } from "./app.ts";
import { forwardedChannel } from "./forward-socket.ts";
import type { Upstream } from "./upstream.ts";

export interface DashboardOptions {
  upstream: Upstream;
  /** Folder of the built dashboard. */
  site: string;
  host: string;
  port: number;
  /** `user:password` that the dashboard asks for; a must where others reach it and it shows credentials to the server. */
  authString: string | undefined;
  settings: Pick<Settings, "allowedHosts" | "trustProxy" | "maxBodyMegabytes" | "logLevel">;
}

export interface RunningDashboard {
  /** Where it listens. */
  url: string;
  close(): Promise<void>;
}

/** Channels that the dashboard listens to. */
const channels = ["/events/out", "/logs/out", "/praetor/live"];

/**
 * Serves the dashboard alone, on a server elsewhere: its API and its sockets are passed through, with credentials that stay
 * here. Throws with one sentence where it may not or cannot listen.
 */
export async function startDashboard(options: DashboardOptions): Promise<RunningDashboard> {
  const { upstream, host, port, authString, settings } = options;
  if (!isLoopback(host) && !authString && upstream.authorization !== undefined)
    throw new Error(unprotected(host));
  const log = pino({ level: settings.logLevel });
  const now = Date.now;
  const httpServer = new HttpServer();
  const sessions = new Sessions({ authString, now });
  await sessions.prepare();
  const hosts = new Hosts({ host, apiAuthString: authString, allowedHosts: namesOf(options) });
  const shared = { authString, hosts, logins: new FailedLogins(now), sessions, now, log };
  const { trustProxy } = settings;
  const app = createProxyApp({
    ...{ ...shared, upstream, site: openSite(options.site), trustProxy },
    maxBodyMegabytes: settings.maxBodyMegabytes,
  });
  const forwarded = channels.map((path): [string, Channel] => [
    `/api${path}`,
    forwardedChannel(path, upstream),
  ]);
  const closeSockets = acceptSockets(httpServer.server, {
    ...{ ...shared, trustProxy, localToken: undefined, origins: new Origins([]), metrics: new Metrics() },
    channels: Object.fromEntries(forwarded),
  });
  httpServer.serve(app);
  try {
    const url = await httpServer.listen({ host, port });
    return {
      url,
      async close() {
        await Promise.all([closeSockets(), httpServer.close()]);
      },
    };
  } catch (error) {
    await closeSockets();
    throw error;
  }
}

const unprotected = (host: string) =>
  `Expected a password for the dashboard: whoever reaches ${host} could use the credentials of the server. Set PRAETOR_DASHBOARD_AUTH_STRING=user:password, or listen on 127.0.0.1.`;

/**
 * Names that it may be called by, beside its own. Where it asks for no password and listens on all addresses, those of this
 * machine: a page whose name was made to lead here goes by another one.
 */
function namesOf({ host, authString, settings: { allowedHosts } }: DashboardOptions): string[] {
  if (authString || isLoopback(host)) return allowedHosts;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [...allowedHosts, hostname(), ...addresses.map(({ address }) => address)];
}
