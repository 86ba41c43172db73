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

/** What a running flow is watched for. */
export interface Watched extends ControlHandlers {
  flowRunId: string;
  /** Resource and related of its heartbeat event. */
  resource: Record<string, string>;
  related: Record<string, string>[];
}

/** A slot that is this process's for as long as it says so in time. */
export interface HeldLease {
  id: string;
  /** It ends so long after the last renewal. */
  seconds: number;
  /** The attempt of a flow run that it belongs to. */
  attempt?: AttemptToken | undefined;
  /** The server does not know it any more. */
  onLost: () => void;
}

/** How this process reaches a server: over the network, or one in the process itself. */
export interface Transport {
  readonly client: Client;
  readonly events: EventSink;
  /** Cancel requests and heartbeats of a running flow; returns the function that stops it. */
  watch(watched: Watched): () => void;
  /** Renews a lease until told to stop. */
  holdLease(lease: HeldLease): () => void;
  /** Events as they come; undefined in tests alone, where there is no network. */
  listen?(listening: Listening): EventListener;
  /** Whether it was started as a server, and has schedules, workers and a dashboard. */
  readonly isServer?: boolean;
  /** Variables with which a child process reaches the same one. */
  readonly environment?: Record<string, string>;
  /** Says every ten seconds that a claimed run is about to be started here; returns the function that stops it. */
  renewClaim?(claim: Pick<Watched, "flowRunId" | "resource" | "related">): () => void;
  /** Where the dashboard shows a flow run, if there is one. */
  runPage?(flowRunId: string): string | undefined;
  /** Lines below it are not printed in the terminal. */
  printLevel: Level | "silent";
  /** Nothing runs any more: whatever keeps the process alive should let go. */
  rest?(): void;
  close(): Promise<void>;
}

/** The process's use of its server: shared by all runs. */
export class Session {
  readonly transport: Transport;
  readonly logs: LogTarget & { flush(): Promise<void> };
  readonly tagLimits: TagLimits;
  readonly #flowIds = new Map<string, Promise<string>>();
  #users = 0;
  /** Why log lines could not be stored, as it was told last. */
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

  /** All that was reported so far is with the server. */
  async flush(): Promise<void> {
    await Promise.all([this.events.flush(), this.logs.flush()]);
  }

  /** Lines that could not be stored are held and sent with the next ones: a run must not fail for its log. */
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

/** Says how the process finds its server. Called by the composition roots, and by tests. */
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

/** The transport has gone for good; the next run finds another. */
export function forgetSession(): void {
  current = undefined;
}

/**
 * Ends the process's use of its server, once all is told; a later run opens it again. Not needed in a script,
 * which ends on its own.
 *
 * @example
 * afterAll(() => closeSession());
 */
export async function closeSession(): Promise<void> {
  const open = current;
  current = undefined;
  if (open) await (await open).close();
}

/** For runs that start before it is known where events go. */
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
