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
  /** `user:password` for signing in; required if the dashboard listens beyond loopback with credentials of a server. */
  authString: string | undefined;
  settings: Pick<Settings, "allowedHosts" | "trustProxy" | "maxBodyMegabytes" | "logLevel">;
}

export interface RunningDashboard {
  /** URL on which it listens. */
  url: string;
  close(): Promise<void>;
}

/** WebSocket channels that are forwarded. */
const channels = ["/events/out", "/logs/out", "/praetor/live"];

/**
 * Serves the dashboard for another server: forwards its API and sockets, and keeps the credentials in this process. Throws
 * an error with one sentence if it must not or cannot listen.
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
 * Accepted `Host` names beside the default ones. Without a password on all addresses they are those of this machine, which
 * excludes names that DNS rebinding points here.
 */
function namesOf({ host, authString, settings: { allowedHosts } }: DashboardOptions): string[] {
  if (authString || isLoopback(host)) return allowedHosts;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [...allowedHosts, hostname(), ...addresses.map(({ address }) => address)];
}
