import type { EventCreate } from "../schema/events.ts";
import { BatchAck, GivenUp } from "../schema/live.ts";

/** A socket as the sender needs it; the opener depends on the platform (browser, Node). `ping` where the library supports it. */
export interface Socket {
  send(text: string): void;
  /** Requests a pong, which shows that all earlier messages have been read. */
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
  /** The `token` of the first message, read for each new socket. */
  token: () => string | null;
  /** Events held, sent or not, above which `room` asks to wait. */
  cap?: number;
  /** Called with the token of an attempt whose flow run another attempt has by now. */
  onGivenUp?: (token: string) => void;
  /** Milliseconds without a connection after which `flush` gives up. */
  patience?: number;
  /** Where events are stored beyond the cap while disconnected, so that work continues. */
  spill?: Spill;
  /** Called when the connection is lost, or fails, while events wait for it. */
  onWait?: () => void;
  /** Called when connected. */
  onBack?: () => void;
}

/** Overflow storage outside memory; its contents may be read several times before all of them are dropped. */
export interface Spill {
  /** Whether it is full. */
  readonly isFull: boolean;
  /** Undefined when it is full. */
  write(text: string): SpilledText | undefined;
  read(text: SpilledText): string;
  /** Drops its contents. */
  clear(): void;
}
export interface SpilledText {
  at: number;
  bytes: number;
}

/** Where task states and other events are sent. No event given to it is dropped while the process lives. */
export interface EventSink {
  /** The server remembers the data of earlier events of a task run, so that later ones may omit it. */
  readonly remembers: boolean;
  send(event: EventCreate): void;
  /** Resolves once all events sent before are acknowledged. */
  flush(): Promise<void>;
  /** Undefined when there is room; else a promise that resolves when there is. */
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

/** Limit of unacknowledged frames: beyond it, events from disk would only move into the socket's memory. */
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
 * Sends events over one socket. They are batched briefly; unacknowledged ones are kept and sent
 * again after a reconnect (the server ignores known ids). A server that offers batches acknowledges
 * each frame after its commit; others get one event per frame, and a ping after each frame's worth.
 */
export class EventSender implements EventSink {
  readonly #options: EventSenderOptions & { cap: number; patience: number };
  #buffer: EventCreate[] = [];
  #firstAt = 0;
  #lastAt = 0;
  /** Numbered in order; those before `#sent` are in flight. */
  #frames: Frame[] = [];
  #sent = 0;
  #seq = 0;
  #unacknowledged = 0;
  /** How many of these are on disk. */
  #spilled = 0;
  #socket: Socket | undefined;
  #mode: "closed" | "opening" | "batch" | "single" = "closed";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #retry = firstRetry;
  #awaySince: number | undefined;
  /** Shorter for a server that was given up, until it is connected again. */
  #patience: number;
  #waiters: Waiter[] = [];
  #roomWaiters: (() => void)[] = [];
  /** Single mode: the frame of each ping in flight. */
  #pings: number[] = [];

  constructor(options: EventSenderOptions) {
    this.#options = { cap: 10_000, patience: 120_000, ...options };
    this.#patience = this.#options.patience;
  }

  /** Events that the server has not acknowledged. */
  get pending(): number {
    return this.#unacknowledged;
  }

  // Only our server's are known; until one has responded, it may be ours.
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
      // It was given up before: this caller gets one new attempt.
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

  /** In memory up to the cap; beyond it on disk, while disconnected. */
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
   * Not at authentication: the server may have no room for the events, and close each connection.
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
    // Without pings, the best evidence is that the socket took it.
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

  /** A half-open connection is silent: one whose answer is overdue counts as lost. */
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
