import type { Client } from "../client/client.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { maxPage } from "../schema/scalars.ts";
import { type EventListener, flowRunIn, type Listening } from "./event-listener.ts";

const event = "prefect.flow-run.Cancelling";
/** Short flows are over before it is worth listening. */
const patience = 300;
const pollEvery = 10_000;

interface Options {
  listen(listening: Listening, patience: number): EventListener;
  client: Client;
}

/** Hears of requests to cancel this process's flow runs: over one socket, and by asking while there is none. */
export class Cancellations {
  readonly #options: Options;
  readonly #watched = new Map<string, () => void>();
  #listener: EventListener | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  watch(flowRunId: string, onCancel: () => void): () => void {
    this.#watched.set(flowRunId, onCancel);
    if (!this.#listener) this.#open();
    return () => {
      this.#watched.delete(flowRunId);
      if (this.#watched.size === 0) this.close();
    };
  }

  close(): void {
    clearInterval(this.#poll);
    this.#listener?.close();
    this.#listener = undefined;
  }

  #open(): void {
    const listening: Listening = {
      filter: { event: { name: [event] } },
      onEvent: (heard) => this.#cancel(flowRunIn(heard)),
      // What was asked for before the socket was there.
      onLive: () => void this.#ask(),
    };
    const listener = this.#options.listen(listening, patience);
    this.#listener = listener;
    this.#poll = setInterval(() => {
      if (!listener.isLive) void this.#ask();
    }, pollEvery).unref();
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
