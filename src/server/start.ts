import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { type Logger, pino } from "pino";
import type { Settings } from "../schema/settings.ts";
import { takeLock } from "../store/lock.ts";
import { openStore, type Store } from "../store/store.ts";
import { type App, createApp } from "./app.ts";
import { BackgroundTasks } from "./background-tasks.ts";
import { openBlocks } from "./blocks/open.ts";
import { FailedLogins } from "./door/failed-logins.ts";
import { Hosts } from "./door/hosts.ts";
import { Origins } from "./door/origins.ts";
import { answerBroken, unreadable } from "./door/unreadable.ts";
import { Heartbeats } from "./heartbeats.ts";
import { Metrics } from "./metrics/metrics.ts";
import { ScheduleFires } from "./schedule-fires.ts";
import type { Fires } from "./schedules.ts";
import { allServices } from "./services/all.ts";
import { ServiceBoard } from "./services/board.ts";
import { expectHeartbeats } from "./services/crashes.ts";
import { every } from "./services/every.ts";
import { Scheduler } from "./services/scheduler.ts";
import { openSite } from "./site.ts";
import { acceptSockets } from "./sockets/accept.ts";
import { eventsIn } from "./sockets/events-in.ts";
import { eventsOut } from "./sockets/events-out.ts";
import { live } from "./sockets/live.ts";
import { logsOut } from "./sockets/logs-out.ts";
import { scheduledTasks } from "./sockets/scheduled-tasks.ts";

export interface ServerOptions {
  settings: Settings;
  version: string;
  /** An open store, which stays open; else the one of the settings is opened, and closed with the server. */
  store?: Store;
  /** Folder of the built dashboard; absent, only the API is served. */
  site?: string;
  now?: () => number;
}

export interface RunningServer {
  /** Where it listens, without `/api`. */
  url: string;
  close(): Promise<void>;
}

/** Opens the store, listens, and runs the services. Throws with one sentence when that is not possible. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { settings } = options;
  const now = options.now ?? Date.now;
  const log = pino({ level: settings.logLevel });
  const { store, setUrl, closeStore } = options.store ? given(options.store) : await openLocked(settings);
  try {
    const vault = await openBlocks(store, settings, log);
    const heartbeats = new Heartbeats(now);
    await expectHeartbeats(store, heartbeats);
    const site = options.site ? openSite(options.site) : undefined;
    const schedules = new ScheduleFires();
    const fires: Fires = (schedule, asked) => schedules.fires(schedule, asked);
    const scheduler = new Scheduler({ store, now, fires, log });
    const logins = new FailedLogins(now);
    const tasks = new BackgroundTasks(store, now);
    const metrics = new Metrics();
    const board = new ServiceBoard(now);
    const hosts = new Hosts(settings);
    const app = createApp({
      hosts,
      store,
      settings,
      log,
      now,
      fires,
      tasks,
      vault,
      version: options.version,
      logins,
      metrics,
      board,
      ...(options.store ? {} : { database: databasePath(settings) }),
      ...(site ? { site } : {}),
    });
    const server = serverOf(app);
    const closeSockets = attachSockets({
      server,
      store,
      settings,
      heartbeats,
      hosts,
      logins,
      metrics,
      tasks,
      now,
      log,
    });
    const url = await listen(server, settings);
    setUrl(url);
    const stopServices = every(allServices({ store, settings, heartbeats, scheduler, now }), { board, log });
    const stopWatching = scheduler.watch();
    return {
      url,
      async close() {
        closeSockets();
        await Promise.all([stopServices(), stopWatching(), closeServer(server)]);
        await schedules.close();
        await closeStore();
      },
    };
  } catch (error) {
    await closeStore();
    throw error;
  }
}

function serverOf(app: App): Server {
  const listener = getRequestListener(app.fetch, { errorHandler: unreadable });
  // A request without a host is answered by us, in JSON.
  return createServer({ requireHostHeader: false }, listener).on("clientError", answerBroken);
}

const given = (store: Store) => ({ store, setUrl: (_: string) => {}, closeStore: async () => {} });

/** Path of the embedded store. */
export const databasePath = (settings: Settings): string =>
  settings.databaseUrl ?? join(settings.home, "praetor.db");

async function openLocked(settings: Settings) {
  const path = databasePath(settings);
  const lock = takeLock(path);
  try {
    const store = await openStore({ path });
    const closeStore = async () => {
      await store.close();
      lock.release();
    };
    return { store, setUrl: lock.setUrl, closeStore };
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface SocketOptions {
  server: Server;
  store: Store;
  settings: Settings;
  heartbeats: Heartbeats;
  hosts: Hosts;
  logins: FailedLogins;
  tasks: BackgroundTasks;
  metrics: Metrics;
  now: () => number;
  log: Logger;
}

function attachSockets(options: SocketOptions): () => void {
  const { server, store, settings, heartbeats, hosts, logins, metrics, tasks, now, log } = options;
  return acceptSockets(server, {
    authString: settings.apiAuthString,
    origins: new Origins(settings.corsOrigins),
    hosts,
    trustProxy: settings.trustProxy,
    logins,
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

function listen(server: Server, { host, port }: Settings): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(refusal(error, host, port))));
    server.listen(port, host, () => {
      const address = server.address();
      const taken = typeof address === "object" && address ? address.port : port;
      resolve(`http://${reachable(host)}:${taken}`);
    });
  });
}

/** An address to call, where the server listens on all of them. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function refusal(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === "EADDRINUSE") {
    return `Port ${port} of ${host} is taken by another program. Stop it, or choose another port with --port or PRAETOR_SERVER_PORT.`;
  }
  if (error.code === "EACCES") return `Port ${port} of ${host} may not be listened on by this user.`;
  if (error.code === "EADDRNOTAVAIL") return `${host} is no address of this machine.`;
  return `The server cannot listen on ${host}:${port}: ${error.message}`;
}

/** Answers what was asked already, for a second at most. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), 1000);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
