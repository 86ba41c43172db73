import type { Client } from "../client/client.ts";
import type { OpenSocket, Socket } from "../client/events.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { maxPage, timestamp } from "../schema/scalars.ts";

const path = "/events/out";
const event = "prefect.flow-run.Cancelling";
/** Short flows are over before it is worth listening. */
const patience = 300;
const pollEvery = 10_000;
const firstRetry = 250;
const lastRetry = 10_000;

interface Options {
  open: OpenSocket;
  token: string | null;
  client: Client;
}

/** Hears of requests to cancel this process's flow runs: over one socket, and by asking while there is none. */
export class Cancellations {
  readonly #options: Options;
  readonly #watched = new Map<string, () => void>();
  #socket: Socket | undefined;
  #isLive = false;
  #retry = firstRetry;
  #timer: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  watch(flowRunId: string, onCancel: () => void): () => void {
    this.#watched.set(flowRunId, onCancel);
    if (!this.#socket && !this.#timer) this.#openIn(patience);
    return () => {
      this.#watched.delete(flowRunId);
      if (this.#watched.size === 0) this.close();
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#poll);
    this.#timer = undefined;
    this.#poll = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isLive = false;
    socket?.close();
  }

  #openIn(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#open();
    }, ms).unref();
    this.#poll ??= setInterval(() => {
      if (!this.#isLive) void this.#ask();
    }, pollEvery).unref();
  }

  #open(): void {
    const socket: Socket = this.#options.open(path, {
      onOpen: () => socket.send(JSON.stringify({ type: "auth", token: this.#options.token })),
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
      socket.send(JSON.stringify({ type: "filter", filter: filterFrom(Date.now()), backfill: false }));
      // What was asked for before the socket was there.
      void this.#ask();
    } else if ("event" in message) this.#cancel(subjectOf(message.event));
  }

  async #ask(): Promise<void> {
    const ids = [...this.#watched.keys()].slice(-maxPage);
    if (ids.length === 0) return;
    const flow_runs = { id: { any_: ids }, state: { type: { any_: ["CANCELLING" as const] } } };
    const found = await this.#options.client.call(flowRuns.filter, { flow_runs }).catch(() => []);
    for (const { id } of found) this.#cancel(id);
  }

  #cancel(flowRunId: string): void {
    this.#watched.get(flowRunId)?.();
  }
}

const minute = 60_000;
const year = 365 * 24 * 60 * minute;

// Without an end, Prefect's server takes the moment of asking for it and tells nothing of what comes.
const filterFrom = (now: number) => ({
  event: { name: [event] },
  occurred: { since: timestamp(now - minute), until: timestamp(now + year) },
});

const prefix = "prefect.flow-run.";

function subjectOf(given: unknown): string {
  if (typeof given !== "object" || given === null || !("resource" in given)) return "";
  const { resource } = given;
  if (typeof resource !== "object" || resource === null) return "";
  const id: unknown = Reflect.get(resource, "prefect.resource.id");
  return typeof id === "string" && id.startsWith(prefix) ? id.slice(prefix.length) : "";
}
