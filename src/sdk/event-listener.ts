import type { OpenSocket, Socket } from "../client/events.ts";
import type { EventFilter } from "../schema/events.ts";
import { timestamp } from "../schema/scalars.ts";

const path = "/events/out";
const firstRetry = 250;
const lastRetry = 10_000;

export interface ReceivedEvent {
  event: string;
  /** Id of the event's resource, such as `prefect.flow-run.<uuid>`. */
  subject: string;
}
type Filter = Pick<EventFilter, "event"> & { any_resource?: { id: string[] } };

export interface Listening {
  filter: Filter;
  onEvent(event: ReceivedEvent): void;
  /** Called once connected: no later event is missed; earlier ones may have been. */
  onLive(): void;
}
interface Options {
  open: OpenSocket;
  token: () => string | null;
  /** Delay in ms before the first connection. */
  patience?: number;
}

/** Receives events over one socket, which reconnects when lost. Does not keep the process alive. */
export class EventListener {
  readonly #options: Options;
  readonly #listening: Listening;
  #socket: Socket | undefined;
  #isLive = false;
  #retry = firstRetry;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: Options, listening: Listening) {
    this.#options = options;
    this.#listening = listening;
    this.#openIn(options.patience ?? 0);
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isLive = false;
    socket?.close();
  }

  #openIn(ms: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.#open(), ms).unref();
  }

  #open(): void {
    const socket: Socket = this.#options.open(path, {
      onOpen: () => socket.send(JSON.stringify({ type: "auth", token: this.#options.token() })),
      onMessage: (text) => this.#receive(socket, JSON.parse(text)),
      onPong: () => {},
      onClose: () => {
        if (this.#socket === socket) this.#lost();
      },
    });
    socket.hold?.(false);
    this.#socket = socket;
  }

  #lost(): void {
    this.#socket = undefined;
    this.#isLive = false;
    this.#openIn(this.#retry * (0.75 + Math.random() / 2));
    this.#retry = Math.min(this.#retry * 2, lastRetry);
  }

  #receive(socket: Socket, message: unknown): void {
    if (typeof message !== "object" || message === null || !("type" in message)) return;
    if (message.type === "auth_success") {
      this.#isLive = true;
      this.#retry = firstRetry;
      const filter = { ...this.#listening.filter, occurred: fromNow(Date.now()) };
      socket.send(JSON.stringify({ type: "filter", filter, backfill: false }));
      this.#listening.onLive();
    } else if ("event" in message) {
      const event = parseEvent(message.event);
      if (event) this.#listening.onEvent(event);
    }
  }
}

const minute = 60_000;
const year = 365 * 24 * 60 * minute;

// Without an end, Prefect's server uses the time of the subscription and sends no later events.
const fromNow = (now: number) => ({ since: timestamp(now - minute), until: timestamp(now + year) });

function parseEvent(value: unknown): ReceivedEvent | undefined {
  if (typeof value !== "object" || value === null || !("resource" in value && "event" in value))
    return undefined;
  const { resource, event } = value;
  if (typeof resource !== "object" || resource === null) return undefined;
  const subject: unknown = Reflect.get(resource, "prefect.resource.id");
  return typeof subject === "string" ? { event: String(event), subject } : undefined;
}

const flowRunPrefix = "prefect.flow-run.";

/** The id of the flow run that an event is about; empty for other resources. */
export const flowRunIn = ({ subject }: ReceivedEvent): string =>
  subject.startsWith(flowRunPrefix) ? subject.slice(flowRunPrefix.length) : "";
