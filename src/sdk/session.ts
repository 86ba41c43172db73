import type { Client } from "../client/client.ts";
import type { EventSink } from "../client/events.ts";
import type { AttemptToken } from "../schema/attempt-tokens.ts";
import type { EventCreate } from "../schema/events.ts";
import { flows } from "../schema/flows.ts";
import type { EventListener, Listening } from "./event-listener.ts";
import type { LogTarget } from "./logger.ts";
import { type Level, levelOrder, printLine } from "./logger.ts";
import { LogShipper } from "./logs.ts";
import type { ControlHandlers } from "./run-controls.ts";
import { TagLimits } from "./tag-limits.ts";

/** What is needed to watch a running flow. */
export interface Watched extends ControlHandlers {
  flowRunId: string;
  /** Resource and related resources of its heartbeat event. */
  resource: Record<string, string>;
  related: Record<string, string>[];
}

/** A slot that this process holds as long as it renews the lease. */
export interface HeldLease {
  id: string;
  /** Time from the last renewal to its expiry. */
  seconds: number;
  /** The attempt of a flow run that it belongs to. */
  attempt?: AttemptToken | undefined;
  /** Called when the server has released it. */
  onLost: () => void;
}

/** How this process reaches a server: over the network, or in process. */
export interface Transport {
  readonly client: Client;
  readonly events: EventSink;
  /** Watches cancel requests of a running flow and sends its heartbeats; returns the function that stops it. */
  watch(watched: Watched): () => void;
  /** Renews a lease until stopped. */
  holdLease(lease: HeldLease): () => void;
  /** Event subscription; undefined only in tests without a network. */
  listen?(listening: Listening): EventListener;
  /** Whether it was started as a server, and has schedules, workers and a dashboard. */
  readonly isServer?: boolean;
  /** Environment variables with which a child process finds the same server. */
  readonly environment?: Record<string, string>;
  /** Reports every ten seconds that a claimed run is about to start here; returns the function that stops it. */
  renewClaim?(claim: Pick<Watched, "flowRunId" | "resource" | "related">): () => void;
  /** URL of a flow run in the dashboard, if there is one. */
  runPage?(flowRunId: string): string | undefined;
  /** Lowest log level printed in the terminal. */
  printLevel: Level | "silent";
  /** Nothing runs any more: resources that keep the process alive should be released. */
  rest?(): void;
  close(): Promise<void>;
}

/** The process's session with its server, shared by all runs. */
export class Session {
  readonly transport: Transport;
  readonly logs: LogTarget & { flush(): Promise<void> };
  readonly tagLimits: TagLimits;
  readonly #flowIds = new Map<string, Promise<string>>();
  #users = 0;
  /** The last reported reason why log lines could not be stored. */
  #unshipped: string | undefined;

  constructor(transport: Transport) {
    this.transport = transport;
    this.tagLimits = new TagLimits(transport.client);
    const shipper = new LogShipper(transport.client);
    this.logs = {
      ship: (line, attempt) => shipper.add(line, attempt),
      print: (level, text) => {
        if (levelOrder(level) >= levelOrder(transport.printLevel)) printLine(level, text);
      },
      flush: () => shipper.flush().catch((error: unknown) => this.#reportUnshipped(error)),
    };
  }

  get client(): Client {
    return this.transport.client;
  }
  get events(): EventSink {
    return this.transport.events;
  }

  flowId(name: string): Promise<string> {
    const known = this.#flowIds.get(name);
    if (known) return known;
    const created = this.client.call(flows.create, { name }).then((flow) => flow.id);
    this.#flowIds.set(name, created);
    created.catch(() => this.#flowIds.delete(name));
    return created;
  }

  /** Resolves when all reports so far are stored on the server. */
  async flush(): Promise<void> {
    await Promise.all([this.events.flush(), this.logs.flush()]);
  }

  /** Lines that could not be stored are kept and sent with the next ones: a run must not fail because of its log. */
  #reportUnshipped(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== this.#unshipped) this.logs.print("warning", `Log lines could not be stored: ${reason}`);
    this.#unshipped = reason;
  }

  use(): void {
    this.#users++;
  }
  async leave(): Promise<void> {
    if (--this.#users > 0) return;
    await this.flush().catch(() => {});
    if (this.#users === 0) this.transport.rest?.();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.transport.close();
  }
}

type Connector = () => Promise<Transport>;
let connector: Connector | undefined;
let current: Promise<Session> | undefined;

/** Sets how the process finds its server. Called by the composition roots, and by tests. */
export function connectThrough(next: Connector): void {
  connector = next;
  current = undefined;
}

export function session(): Promise<Session> {
  if (!current) {
    const find = connector;
    if (!find)
      return Promise.reject(
        new Error("praetor: nothing says how to reach a server; import from 'praetor-flow'."),
      );
    const opening = find().then((transport) => new Session(transport));
    current = opening;
    opening.catch(() => {
      if (current === opening) current = undefined;
    });
  }
  return current;
}

/** The transport is closed; the next run creates another. */
export function forgetSession(): void {
  current = undefined;
}

/**
 * Sends all pending reports and closes the process's session; a later run opens it again. Not needed in a script,
 * which ends by itself.
 *
 * @example
 * afterAll(() => closeSession());
 */
export async function closeSession(): Promise<void> {
  const open = current;
  current = undefined;
  if (open) await (await open).close();
}

/** For runs that start before the event socket's address is known. */
export class DeferredSink implements EventSink {
  #early: EventCreate[] = [];
  #sink: EventSink | undefined;
  readonly #ready: Promise<EventSink>;

  constructor(ready: Promise<EventSink>) {
    this.#ready = ready;
    ready.then(
      (sink) => {
        this.#sink = sink;
        for (const event of this.#early.splice(0)) sink.send(event);
      },
      () => {
        this.#early = [];
      },
    );
  }
  get remembers(): boolean {
    return this.#sink?.remembers === true;
  }
  send(event: EventCreate): void {
    if (this.#sink) this.#sink.send(event);
    else this.#early.push(event);
  }
  async flush(): Promise<void> {
    await (await this.#ready).flush();
  }
  room(): Promise<void> | undefined {
    return this.#sink ? this.#sink.room() : this.#ready.then(() => {});
  }
  async close(): Promise<void> {
    await this.flush();
  }
}
