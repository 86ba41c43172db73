import { join } from "node:path";
import { ApiError, type Client, createClient, userAgent } from "./client/client.ts";
import type { EventSink } from "./client/events.ts";
import { concurrencyLimits } from "./schema/concurrency-limits.ts";
import type { EventCreate, ReceivedEvent } from "./schema/events.ts";
import type { Settings } from "./schema/settings.ts";
import { heartbeatEvent } from "./schema/usual-event.ts";
import { printLevel, settings } from "./sdk/environment.ts";
import { httpTransport } from "./sdk/http-transport.ts";
import { orderEvents, orderOf } from "./sdk/orders.ts";
import { forgetSession, type HeldLease, type Transport, type Watched } from "./sdk/session.ts";
import { runEvent } from "./sdk/task-events.ts";
import type { Store } from "./store/store.ts";

/**
 * How a script finds its server: the one of its settings, else one that runs on this machine, else the
 * server's code runs in this process, on the same database.
 */
export async function connect(): Promise<Transport> {
  const own = settings();
  const { apiUrl, apiAuthString: authString, apiKey } = own;
  const http = (url: string) => httpTransport({ apiUrl: url, authString, apiKey, printLevel: printLevel() });
  if (apiUrl) return http(apiUrl);
  // Imported when needed: a script that reports to a server never loads the code of one.
  const { findServer } = await import("./store/lock.ts");
  const path = own.databaseUrl ?? join(own.home, "praetor.db");
  const url = findServer(path);
  return url ? http(`${url}/api`) : inProcess(path, own);
}

/** The server's code in this process: the same routes and the same store, without a port. */
async function inProcess(path: string, own: Settings): Promise<Transport> {
  const [{ openStore }, { takeLock }] = await Promise.all([
    import("./store/store.ts"),
    import("./store/lock.ts"),
  ]);
  const lock = await patiently(() => takeLock(path));
  const store = await openStore({ path }).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  const transport = await transportOver(store, own);
  const close = async () => {
    process.off("beforeExit", end);
    await transport.close();
    await store.close();
    process.off("exit", lock.release);
    lock.release();
  };
  const end = () => {
    forgetSession();
    void close();
  };
  // When nothing else keeps the process alive, the store is closed in peace; `process.exit` must at least unlock.
  process.once("beforeExit", end);
  process.once("exit", lock.release);
  return { ...transport, close };
}

const lockPatience = 10_000;
const lockPause = 100;

/** Another script may be at its end, or about to say where its server listens. */
async function patiently<T>(take: () => T): Promise<T> {
  const until = Date.now() + lockPatience;
  for (;;) {
    try {
      return take();
    } catch (error) {
      if (Date.now() > until) {
        const hint = "Several scripts at a time need a server: start one with `praetor server start`.";
        throw new Error(`${error instanceof Error ? error.message : error} ${hint}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, lockPause));
    }
  }
}

/** An app and a store as a transport: also how tests reach their world. */
export async function transportOver(store: Store, own: Settings): Promise<Transport> {
  const [{ createApp }, { pino }, { packageVersion }] = await Promise.all([
    import("./server/app.ts"),
    import("pino"),
    import("./cli/package.ts"),
  ]);
  const app = createApp({
    store,
    settings: own,
    log: pino({ level: own.logLevel }),
    version: packageVersion(),
  });
  const events = new StoreSink(store);
  const watched = new Map<string, Watched>();
  const stopListening = store.onEvents(
    (batch) => {
      for (const event of batch) {
        const order = orderOf(event.event);
        if (order) watched.get(flowRunOf(event))?.[order]();
      }
    },
    () => orderEvents,
  );
  const client = createClient({
    baseUrl: "http://praetor.local/api",
    send: app.fetch,
    authString: own.apiAuthString,
    agent: userAgent,
  });
  return {
    client,
    events,
    printLevel: printLevel(),
    watch(one) {
      watched.set(one.flowRunId, one);
      // Should this process be killed, the next server on the database knows that the run had a pulse.
      const { resource, related } = one;
      events.send(runEvent(heartbeatEvent, { resource, related, payload: {} }));
      return () => watched.delete(one.flowRunId);
    },
    holdLease: (lease) => renewing(client, lease),
    async close() {
      stopListening();
      await events.close();
    },
  };
}

/** Where this process is the server, whatever keeps it from renewing keeps the lease from ending as well. */
function renewing(client: Client, { id, seconds, onLost }: HeldLease): () => void {
  const renew = () =>
    client
      .call(concurrencyLimits.renew, { lease_id: id, lease_duration: seconds })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError && error.status === 410)) return;
        clearInterval(timer);
        onLost();
      });
  const timer = setInterval(renew, seconds * 750).unref();
  return () => clearInterval(timer);
}

const flowRunOf = (event: ReceivedEvent): string =>
  (event.resource["prefect.resource.id"] ?? "").slice("prefect.flow-run.".length);

const batch = 500;
const cap = 10_000;

/** Hands events to a store in the same process. */
class StoreSink implements EventSink {
  readonly remembers = true;
  readonly #store: Store;
  #gathered: EventCreate[] = [];
  #timer: NodeJS.Immediate | undefined;
  #pending = 0;
  #open = new Set<Promise<void>>();
  #roomWaiters: (() => void)[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  send(event: EventCreate): void {
    this.#gathered.push(event);
    this.#pending++;
    if (this.#gathered.length >= batch) this.#hand();
    else this.#timer ??= setImmediate(() => this.#hand());
  }

  async flush(): Promise<void> {
    this.#hand();
    await Promise.all(this.#open);
  }

  room(): Promise<void> | undefined {
    if (this.#pending < cap) return undefined;
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  async close(): Promise<void> {
    await this.flush();
  }

  #hand(): void {
    if (this.#timer) clearImmediate(this.#timer);
    this.#timer = undefined;
    const events = this.#gathered;
    if (events.length === 0) return;
    this.#gathered = [];
    const stored = this.#store.ingest(events).finally(() => {
      this.#open.delete(stored);
      this.#pending -= events.length;
      if (this.#pending < cap * 0.8) for (const resolve of this.#roomWaiters.splice(0)) resolve();
    });
    // Whoever flushes hears of a failure.
    stored.catch(() => {});
    this.#open.add(stored);
  }
}
