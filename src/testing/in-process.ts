import { pino } from "pino";
import { ApiError, type Client, createClient, userAgent } from "../client/client.ts";
import type { EventSink } from "../client/events.ts";
import { concurrencyLimits } from "../schema/concurrency-limits.ts";
import { heartbeatEvent } from "../schema/event-names.ts";
import type { EventCreate, ReceivedEvent } from "../schema/events.ts";
import type { Settings } from "../schema/settings.ts";
import { printLevel } from "../sdk/environment.ts";
import { fenceOff } from "../sdk/fenced-attempts.ts";
import { controlEvents, controlOf } from "../sdk/run-controls.ts";
import type { HeldLease, Transport, Watched } from "../sdk/session.ts";
import { runEvent } from "../sdk/task-events.ts";
import { createApp } from "../server/app.ts";
import type { Store } from "../store/store.ts";

/** An app over a store as a transport, without a port. */
export function transportOver(store: Store, own: Settings): Transport {
  const app = createApp({
    store,
    settings: own,
    log: pino({ level: own.logLevel }),
    version: "0.0.0",
  });
  const events = new StoreSink(store);
  const watched = new Map<string, Watched>();
  const stopListening = store.onEvents(
    (batch) => {
      for (const event of batch) {
        const order = controlOf(event.event);
        if (order) watched.get(flowRunOf(event))?.[order]();
      }
    },
    () => controlEvents,
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

/** When this process is the server, whatever blocks its renewals also blocks the expiry. */
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

/** Passes events to a store in the same process. */
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
    const taken = this.#store.ingest(events).then((tokens) => tokens.forEach(fenceOff));
    const stored = taken.finally(() => {
      this.#open.delete(stored);
      this.#pending -= events.length;
      if (this.#pending < cap * 0.8) for (const resolve of this.#roomWaiters.splice(0)) resolve();
    });
    // The caller of flush gets the error.
    stored.catch(() => {});
    this.#open.add(stored);
  }
}
