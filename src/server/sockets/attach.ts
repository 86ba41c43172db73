import type { Server } from "node:http";
import type { Logger } from "pino";
import type { Settings } from "../../schema/settings.ts";
import type { Store } from "../../store/store.ts";
import type { BackgroundTasks } from "../background-tasks.ts";
import type { Heartbeats } from "../heartbeats.ts";
import type { FailedLogins } from "../http/failed-logins.ts";
import type { Hosts } from "../http/hosts.ts";
import { Origins } from "../http/origins.ts";
import type { Sessions } from "../http/sessions.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { acceptSockets } from "./accept.ts";
import { eventsIn } from "./events-in.ts";
import { eventsOut } from "./events-out.ts";
import { live } from "./live.ts";
import { logsOut } from "./logs-out.ts";
import { scheduledTasks } from "./scheduled-tasks.ts";

interface SocketOptions {
  server: Server;
  store: Store;
  settings: Settings;
  heartbeats: Heartbeats;
  hosts: Hosts;
  logins: FailedLogins;
  sessions: Sessions;
  localToken: string | undefined;
  tasks: BackgroundTasks;
  metrics: Metrics;
  now: () => number;
  log: Logger;
}

/** Serves all channels on the sockets of a server; returns the function that closes them. */
export function attachSockets(options: SocketOptions): () => Promise<void> {
  const { server, store, settings, heartbeats, tasks, now, log } = options;
  const { hosts, logins, sessions, localToken, metrics } = options;
  return acceptSockets(server, {
    authString: settings.apiAuthString,
    localToken,
    origins: new Origins(settings.corsOrigins),
    hosts,
    trustProxy: settings.trustProxy,
    logins,
    sessions,
    now,
    metrics,
    log,
    channels: {
      "/api/events/in": eventsIn({ store, heartbeats, log }),
      "/api/events/out": eventsOut({ store, now }),
      "/api/logs/out": logsOut({ store }),
      "/api/task_runs/subscriptions/scheduled": scheduledTasks({ tasks, log }),
      "/api/praetor/live": live({ store, log }),
    },
  });
}
