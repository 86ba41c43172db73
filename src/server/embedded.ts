import { pino } from "pino";
import type { Settings } from "../schema/settings.ts";
import { databasePath } from "../store/admin/lock.ts";
import { openStore } from "../store/store.ts";
import { createApp } from "./app.ts";
import { BackgroundTasks } from "./background-tasks.ts";
import { Heartbeats } from "./heartbeats.ts";
import { FailedLogins } from "./http/failed-logins.ts";
import { Hosts } from "./http/hosts.ts";
import { Sessions } from "./http/sessions.ts";
import { HttpServer } from "./http-server.ts";
import { Metrics } from "./metrics/metrics.ts";
import { SlotWaiters } from "./slot-waiters.ts";
import { attachSockets } from "./sockets/attach.ts";
import type { RunningServer } from "./start.ts";

export interface EmbeddedOptions {
  settings: Settings;
  version: string;
  /** `user:password` required of every request. */
  token: string;
  /** A server, with this process id, asks for the store. */
  onHandover: (pid: number) => void;
}

/**
 * The server of a script without a configured one, on a free local port: all routes and sockets, for itself and for
 * other processes of the same user. It runs no services: it neither creates scheduled runs, nor fires automations, nor deletes
 * anything. The caller holds the lock of the database.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<RunningServer> {
  const { version, token, onHandover } = options;
  const settings = { ...options.settings, ...onLoopback, apiAuthString: token };
  const log = pino({ level: settings.logLevel });
  const now = Date.now;
  const httpServer = new HttpServer();
  const [store, url] = await Promise.all([
    openStore({ path: databasePath(settings) }),
    httpServer.listen(settings),
  ]);
  const waiters = new SlotWaiters(store, now);
  const tasks = new BackgroundTasks(store, now);
  const shared = {
    ...{ store, settings, log, now, tasks, hosts: new Hosts(settings), metrics: new Metrics() },
    sessions: new Sessions({ authString: settings.apiAuthString, now }),
    ...{ logins: new FailedLogins(now), localToken: token },
  };
  const app = createApp({ ...shared, waiters, version, onHandover });
  const closeSockets = attachSockets({
    ...shared,
    server: httpServer.server,
    heartbeats: new Heartbeats(now),
  });
  httpServer.serve(app.fetch);
  return {
    url,
    async close() {
      httpServer.stopping();
      waiters.releaseAll();
      await Promise.all([closeSockets(), httpServer.close()]);
      await tasks.leave();
      await store.close();
    },
  };
}

const onLoopback = { host: "127.0.0.1", port: 0, trustProxy: false };
