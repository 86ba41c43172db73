import { randomBytes } from "node:crypto";
import { type Logger, pino } from "pino";
import { heartbeatEvent } from "../schema/event-names.ts";
import type { Settings } from "../schema/settings.ts";
import { DatabaseInUse, databasePath, type Lock, newToken, takeLock } from "../store/admin/lock.ts";
import { configurationKeys } from "../store/records/configuration.ts";
import { openStore, type Store } from "../store/store.ts";
import { createApp } from "./app.ts";
import { Automations } from "./automations/automations.ts";
import { BackgroundTasks } from "./background-tasks.ts";
import { Documents } from "./blocks/documents.ts";
import { openBlocks } from "./blocks/open.ts";
import { contextLogFields } from "./execution-context.ts";
import { Heartbeats } from "./heartbeats.ts";
import { FailedLogins } from "./http/failed-logins.ts";
import { Hosts } from "./http/hosts.ts";
import { Sessions } from "./http/sessions.ts";
import { HttpServer } from "./http-server.ts";
import { isPassing, takeOverLock } from "./lock-takeover.ts";
import { Metrics } from "./metrics/metrics.ts";
import { ScheduleFires } from "./schedule-fires.ts";
import type { Fires } from "./schedules.ts";
import { allServices } from "./services/all.ts";
import { expectHeartbeats } from "./services/crashes.ts";
import { Scheduler } from "./services/scheduler.ts";
import { runServices } from "./services/service-loop.ts";
import { ServiceMonitor } from "./services/service-monitor.ts";
import { openSite } from "./site.ts";
import { SlotWaiters } from "./slot-waiters.ts";
import { attachSockets } from "./sockets/attach.ts";
import { openTracer } from "./tracing/open.ts";
import type { Tracer } from "./tracing/tracer.ts";

export interface ServerOptions {
  settings: Settings;
  version: string;
  /** An open store, which stays open; else the one of the settings is opened, and closed with the server. */
  store?: Store;
  /** Folder of the built dashboard; absent, only the API is served. */
  site?: string;
  now?: () => number;
  /** Environment with the OpenTelemetry variables; without it nothing is traced. */
  environment?: Record<string, string | undefined>;
}

export interface RunningServer {
  /** Where it listens, without `/api`. */
  url: string;
  close(): Promise<void>;
}

/** Opens the store, listens, and runs the services. Throws with one sentence when that is not possible. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { settings, version, environment = {} } = options;
  const now = options.now ?? Date.now;
  const log = pino({ level: settings.logLevel, mixin: contextLogFields });
  const tracer = await openTracer({ environment, version, log });
  const database = options.store ? borrowedStore(options.store) : lockedDatabase(settings);
  const httpServer = new HttpServer();
  const token = newToken();
  try {
    const url = await httpServer.listen(settings);
    const opened = await database.open();
    const store = tracer ? (await import("./tracing/traced-store.ts")).tracedStore(opened) : opened;
    const running = await assembleServer({ options, store, httpServer, url, token, now, log, tracer });
    database.publish({ url, token });
    return {
      url,
      async close() {
        httpServer.stopping();
        await running.stop();
        await Promise.all([database.close(), tracer?.close()]);
      },
    };
  } catch (error) {
    await httpServer.close();
    await database.close();
    throw error;
  }
}

interface ServerDeps {
  options: ServerOptions;
  store: Store;
  httpServer: HttpServer;
  /** Where it listens. */
  url: string;
  /** Credential for processes of the same user. */
  token: string;
  now: () => number;
  log: Logger;
  tracer: Tracer | undefined;
}

/** Assembles and starts the server; returns the function that stops it, except for the store. */
async function assembleServer({ options, store, httpServer, url, token, now, log, tracer }: ServerDeps) {
  const { settings } = options;
  const vault = await openBlocks(store, settings, log);
  const heartbeats = new Heartbeats(now);
  await expectHeartbeats(store, heartbeats);
  const stopHearing = watchReplicas(store, heartbeats);
  const schedules = new ScheduleFires();
  const fires: Fires = (schedule, options) => schedules.fires(schedule, options);
  const scheduler = new Scheduler({ store, now, fires, log });
  const monitor = new ServiceMonitor(now);
  const waiters = new SlotWaiters(store, now);
  const sessions = new Sessions({ authString: settings.apiAuthString, now });
  await sessions.prepare();
  const shared = {
    ...{ store, settings, log, now, hosts: new Hosts(settings), metrics: new Metrics() },
    ...{ sessions, logins: new FailedLogins(now), tasks: new BackgroundTasks(store, now), localToken: token },
  };
  const app = createApp({
    ...{ ...shared, fires, vault, monitor, waiters, version: options.version },
    csrfSecret: await csrfSecret(store, settings),
    ...(options.store ? {} : { database: databasePath(settings) }),
    ...(tracer ? { tracer } : {}),
    ...(options.site ? { site: openSite(options.site) } : {}),
  });
  const closeSockets = attachSockets({ ...shared, server: httpServer.server, heartbeats });
  httpServer.serve(app.fetch);
  const documents = new Documents(store, vault, now);
  const automations = new Automations({ store, documents, site: settings.uiUrl ?? url, now, log });
  const steps = allServices({ store, settings, heartbeats, scheduler, tasks: shared.tasks, waiters, now });
  const stopServices = runServices([...steps, ...automations.steps()], { monitor, log, tracer });
  const stopAutomations = automations.watch();
  const stopWatching = scheduler.watch();
  return {
    async stop() {
      waiters.releaseAll();
      stopHearing();
      await Promise.all([
        closeSockets(),
        stopServices(),
        stopWatching(),
        stopAutomations(),
        httpServer.close(),
      ]);
      await shared.tasks.leave();
      await schedules.close();
    },
  };
}

/** Secret of CSRF tokens, shared by all replicas. */
async function csrfSecret(store: Store, { csrfEnabled, apiAuthString }: Settings): Promise<string> {
  if (apiAuthString || !csrfEnabled) return apiAuthString ?? "";
  const own = randomBytes(32).toString("hex");
  return String(await store.configuration.writeOnce(configurationKeys.csrf, own));
}

/** Heartbeats at other replicas are received once they are stored. */
function watchReplicas(store: Store, heartbeats: Heartbeats): () => void {
  if (!store.isShared) return () => {};
  return store.onEvents(
    (events) => heartbeats.observe(events),
    () => [heartbeatEvent],
  );
}

interface DatabaseHandle {
  open(): Promise<Store>;
  /** Publishes the server's address on this machine. */
  publish: Lock["publish"];
  close(): Promise<void>;
}

const borrowedStore = (store: Store): DatabaseHandle => ({
  open: async () => store,
  publish() {},
  close: async () => {},
});

/**
 * Locked first, so that a conflict is found before a port is taken. A script that holds the lock
 * is asked to release it once the port is available.
 */
function lockedDatabase(settings: Settings): DatabaseHandle {
  const path = databasePath(settings);
  let lock = lockIfFree(path);
  let store: Store | undefined;
  return {
    async open() {
      lock ??= await takeOverLock(path);
      store = await openStore({ path });
      return store;
    },
    publish: (place) => lock?.publish(place),
    async close() {
      await store?.close();
      lock?.release();
    },
  };
}

function lockIfFree(path: string): Lock | undefined {
  try {
    return takeLock(path, "server");
  } catch (error) {
    if (error instanceof DatabaseInUse && isPassing(error.holder)) return undefined;
    throw error;
  }
}
