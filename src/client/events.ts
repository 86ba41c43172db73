import type { EventCreate } from "../schema/events.ts";
import { BatchAck, GivenUp } from "../schema/live.ts";

/** A socket as the sender needs it; who opens one says how (browser, Node). `ping` where the library can. */
export interface Socket {
  send(text: string): void;
  /** Asks the other side for a pong, which tells that it has read all that was sent before. */
  ping?(): void;
  close(): void;
  /** Whether the socket alone keeps the process alive. */
  hold?(held: boolean): void;
}
export interface SocketListener {
  onOpen(): void;
  onMessage(text: string): void;
  onPong(): void;
  onClose(): void;
}
export type OpenSocket = (path: string, listener: SocketListener) => Socket;

export interface EventSenderOptions {
  open: OpenSocket;
  /** The `token` of the first message, asked for whenever a socket opens. */
  token: () => string | null;
  /** Events held, sent or not, above which `room` asks to wait. */
  cap?: number;
  /** Told the token of an attempt of a flow run that is another's by now. */
  onGivenUp?: (token: string) => void;
  /** Milliseconds without a connection after which `flush` gives up. */
  patience?: number;
  /** Where events go beyond the cap while the server is away, so that the work continues. */
  spill?: Spill;
  /** Told whenever the connection is lost, or cannot be made, with events that wait for it. */
  onWait?: () => void;
  /** Told when it is there. */
  onBack?: () => void;
}

/** Room for text beside memory, from which it is read once or more before all of it is dropped. */
export interface Spill {
  /** Whether it takes no more. */
  readonly isFull: boolean;
  /** Undefined when it is full. */
  write(text: string): SpilledText | undefined;
  read(text: SpilledText): string;
  /** Nothing of it is needed any more. */
  clear(): void;
}
export interface SpilledText {
  at: number;
  bytes: number;
}

/** Where task states and other events go. Nothing given to it is dropped while the process lives. */
export interface EventSink {
  /** The server keeps what earlier events said of a task run, so that later ones need not say it again. */
  readonly remembers: boolean;
  send(event: EventCreate): void;
  /** Resolves once all events sent before are acknowledged. */
  flush(): Promise<void>;
  /** Undefined when there is room; else a promise of it. */
  room(): Promise<void> | undefined;
  close(): Promise<void>;
}

export const eventsInPath = "/events/in";

const frameSize = 250;
const idleMs = 20;
const longestMs = 100;
const firstRetry = 100;
const lastRetry = 5000;
const quiet = 20_000;
const lastTry = 5000;

/** Frames sent and not acknowledged: beyond it, what comes from the disk would only move into the socket's memory. */
const window = 40;

interface Frame {
  seq: number;
  count: number;
  content: EventCreate[] | SpilledText;
}
interface Waiter {
  upTo: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * Sends events over one socket. They are gathered for a moment; what was not acknowledged is kept and sent
 * again after a reconnect (the server passes over ids it knows). A server that offers batches acknowledges
 * each frame after its commit; others get one event per frame, and a ping after each frame's worth.
 */
export class EventSender implements EventSink {
  readonly #options: EventSenderOptions & { cap: number; patience: number };
  #buffer: EventCreate[] = [];
  #firstAt = 0;
  #lastAt = 0;
  /** Numbered in order; the ones before `#sent` are on their way. */
  #frames: Frame[] = [];
  #sent = 0;
  #seq = 0;
  #unacknowledged = 0;
  /** Of these, on disk. */
  #spilled = 0;
  #socket: Socket | undefined;
  #mode: "closed" | "opening" | "batch" | "single" = "closed";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #retry = firstRetry;
  #awaySince: number | undefined;
  /** Of a server that was given up, less, until it is there again. */
  #patience: number;
  #waiters: Waiter[] = [];
  #roomWaiters: (() => void)[] = [];
  /** Single mode: the frame each ping on its way stands for. */
  #pings: number[] = [];

  constructor(options: EventSenderOptions) {
    this.#options = { cap: 10_000, patience: 120_000, ...options };
    this.#patience = this.#options.patience;
  }

  /** Events that the server has not acknowledged. */
  get pending(): number {
    return this.#unacknowledged;
  }

  // Only ours is known to. Until a server has answered, it may be any.
  get remembers(): boolean {
    return this.#mode === "batch";
  }

  send(event: EventCreate): void {
    const now = performance.now();
    if (this.#buffer.length === 0) this.#firstAt = now;
    this.#lastAt = now;
    this.#buffer.push(event);
    this.#unacknowledged++;
    if (this.#unacknowledged === 1) this.#socket?.hold?.(true);
    if (this.#buffer.length >= frameSize) this.#cut();
    else this.#timer ??= setTimeout(this.#tick, idleMs);
  }

  flush(): Promise<void> {
    if (this.#buffer.length > 0) this.#cut();
    const last = this.#frames.at(-1);
    if (last === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ upTo: last.seq, resolve, reject });
      // Given up before: this caller gets its own try.
      if (this.#mode === "closed" && this.#retryTimer === undefined) this.#open();
    });
  }

  room(): Promise<void> | undefined {
    if (this.#hasRoom()) return undefined;
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  #hasRoom(): boolean {
    const { cap, spill } = this.#options;
    if (this.#unacknowledged < cap) return true;
    return !this.#isConnected && spill !== undefined && !spill.isFull;
  }

  get #isConnected(): boolean {
    return this.#mode === "batch" || this.#mode === "single";
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      for (const timer of [this.#timer, this.#retryTimer, this.#watchdog]) clearTimeout(timer);
      this.#mode = "closed";
      this.#socket?.close();
      this.#socket = undefined;
    }
  }

  #tick = (): void => {
    this.#timer = undefined;
    if (this.#buffer.length === 0) return;
    const now = performance.now();
    const isBusy = now - this.#lastAt < idleMs / 2 && now - this.#firstAt < longestMs - idleMs;
    if (isBusy) this.#timer = setTimeout(this.#tick, idleMs);
    else this.#cut();
  };

  #cut(): void {
    this.#frames.push({
      seq: ++this.#seq,
      count: this.#buffer.length,
      content: this.#kept(this.#buffer),
    });
    this.#buffer = [];
    if (this.#mode === "closed" && this.#retryTimer === undefined) this.#open();
    else this.#pump();
  }

  /** In memory up to the cap; beyond it on disk, while nobody takes them. */
  #kept(events: EventCreate[]): Frame["content"] {
    const { cap, spill } = this.#options;
    if (this.#isConnected || this.#unacknowledged - this.#spilled <= cap) return events;
    const text = spill?.write(JSON.stringify(events));
    if (!text) return events;
    this.#spilled += events.length;
    return text;
  }

  #open(): void {
    this.#retryTimer = undefined;
    this.#awaySince ??= Date.now();
    this.#mode = "opening";
    this.#sent = 0;
    this.#pings = [];
    const socket: Socket = this.#options.open(eventsInPath, {
      onOpen: () => socket.send(JSON.stringify({ type: "auth", token: this.#options.token() })),
      onMessage: (text) => this.#receive(text),
      onPong: () => this.#ponged(),
      onClose: () => {
        if (this.#socket === socket) this.#lost();
      },
    });
    this.#socket = socket;
    this.#watch();
  }

  #receive(text: string): void {
    const message: unknown = JSON.parse(text);
    const ack = BatchAck.safeParse(message);
    if (ack.success) {
      this.#acknowledged(ack.data.seq);
      return;
    }
    const givenUp = GivenUp.safeParse(message);
    if (givenUp.success) for (const token of givenUp.data.tokens) this.#options.onGivenUp?.(token);
    else if (isAuthSuccess(message)) this.#welcomed(message);
  }

  #welcomed(message: unknown): void {
    this.#mode = offersBatches(message) ? "batch" : "single";
    if (this.#unacknowledged === 0) this.#isBack();
    this.#socket?.hold?.(this.#unacknowledged > 0);
    this.#pump();
  }

  /**
   * Not as soon as the server lets somebody in: it may have no room for what is sent, and end the connection each time.
   */
  #isBack(): void {
    this.#retry = firstRetry;
    this.#awaySince = undefined;
    this.#patience = this.#options.patience;
    this.#options.onBack?.();
  }

  #pump(): void {
    if (this.#socket === undefined || !this.#isConnected) return;
    for (; this.#sent < window; this.#sent++) {
      const frame = this.#frames[this.#sent];
      if (frame === undefined) break;
      if (this.#mode === "batch")
        this.#socket.send(`{"type":"events","seq":${frame.seq},"events":${this.#textOf(frame)}}`);
      else this.#sendSingly(this.#socket, frame);
    }
    this.#watch();
  }

  #textOf({ content }: Frame): string {
    return Array.isArray(content) ? JSON.stringify(content) : (this.#options.spill?.read(content) ?? "[]");
  }

  #sendSingly(socket: Socket, frame: Frame): void {
    const events: readonly unknown[] = JSON.parse(this.#textOf(frame));
    for (const event of events) socket.send(JSON.stringify(event));
    this.#pings.push(frame.seq);
    if (socket.ping) socket.ping();
    // Without pings, having handed it to the socket is all that can be known.
    else queueMicrotask(() => this.#ponged());
  }

  #ponged(): void {
    const seq = this.#pings.shift();
    if (seq !== undefined) this.#acknowledged(seq);
  }

  #acknowledged(seq: number): void {
    this.#isBack();
    while (this.#frames[0] !== undefined && this.#frames[0].seq <= seq) {
      const { count, content } = this.#frames[0];
      this.#unacknowledged -= count;
      if (!Array.isArray(content)) this.#forget(count);
      this.#frames.shift();
      this.#sent = Math.max(0, this.#sent - 1);
    }
    this.#waiters = this.#waiters.filter((waiter) => {
      if (waiter.upTo <= seq) waiter.resolve();
      return waiter.upTo > seq;
    });
    if (this.#unacknowledged < this.#options.cap * 0.8)
      for (const resolve of this.#roomWaiters.splice(0)) resolve();
    if (this.#unacknowledged === 0) this.#socket?.hold?.(false);
    this.#pump();
  }

  #forget(count: number): void {
    this.#spilled -= count;
    if (this.#spilled === 0) this.#options.spill?.clear();
  }

  /** A half-open socket says nothing forever: one that owes an answer too long counts as lost. */
  #watch(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
    if (this.#mode !== "opening" && this.#sent === 0) return;
    this.#watchdog = setTimeout(() => {
      this.#socket?.close();
      this.#lost();
    }, quiet);
  }

  #lost(): void {
    clearTimeout(this.#watchdog);
    this.#socket = undefined;
    this.#mode = "closed";
    this.#sent = 0;
    if (this.#unacknowledged === 0) return;
    this.#options.onWait?.();
    if (this.#hasRoom()) for (const resolve of this.#roomWaiters.splice(0)) resolve();
    this.#awaySince ??= Date.now();
    const away = Date.now() - this.#awaySince;
    if (away > this.#patience) {
      this.#giveUp(away);
      return;
    }
    this.#retryTimer ??= setTimeout(() => this.#open(), this.#retry * (0.75 + Math.random() / 2));
    this.#retry = Math.min(this.#retry * 2, lastRetry);
  }

  #giveUp(away: number): void {
    const text = `The server was unreachable for ${Math.round(away / 1000)} s: ${this.#unacknowledged} events not sent.`;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error(text));
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
    this.#awaySince = undefined;
    this.#retry = firstRetry;
    this.#patience = Math.min(this.#patience, lastTry);
  }
}

const isAuthSuccess = (message: unknown): boolean =>
  typeof message === "object" && message !== null && "type" in message && message.type === "auth_success";

function offersBatches(message: unknown): boolean {
  if (typeof message !== "object" || message === null || !("praetor" in message)) return false;
  const offer = message.praetor;
  return typeof offer === "object" && offer !== null && "batch" in offer && offer.batch === true;
}
