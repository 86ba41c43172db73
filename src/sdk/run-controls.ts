import type { Client } from "../client/client.ts";
import { flowRuns } from "../schema/flow-runs.ts";
import { maxPage } from "../schema/scalars.ts";
import { type EventListener, flowRunIn, type Listening } from "./event-listener.ts";

/** What a user may request of a running flow. */
export interface ControlHandlers {
  onCancel: () => void;
  /** Paused by a user, or by the flow itself. */
  onPause: () => void;
  onResume: () => void;
}

const prefix = "prefect.flow-run.";
const handlerByEvent: Record<string, keyof ControlHandlers> = {
  Cancelling: "onCancel",
  Paused: "onPause",
  Suspended: "onPause",
  Running: "onResume",
  Resuming: "onResume",
};
/** Names of the events that announce a request. */
export const controlEvents: readonly string[] = Object.keys(handlerByEvent).map((name) => `${prefix}${name}`);
export const controlOf = (event: string): keyof ControlHandlers | undefined =>
  handlerByEvent[event.slice(prefix.length)];

const byType = { CANCELLING: "onCancel", PAUSED: "onPause", RUNNING: "onResume" } as const;
const types = ["CANCELLING", "PAUSED", "RUNNING"] as const;

/** Short flows end before a subscription is worth its cost. */
const patience = 300;
const pollEvery = 10_000;

interface Options {
  listen(listening: Listening, patience: number): EventListener;
  client: Client;
}

/** Receives requests for this process's flow runs: over one socket, and by polling while there is none. */
export class RunControls {
  readonly #options: Options;
  readonly #watched = new Map<string, ControlHandlers>();
  #listener: EventListener | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  watch(flowRunId: string, ordered: ControlHandlers): () => void {
    this.#watched.set(flowRunId, ordered);
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
      filter: { event: { name: [...controlEvents] } },
      onEvent: (event) => this.#apply(flowRunIn(event), controlOf(event.event)),
      // Requests from before the socket was connected.
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
    const flow_runs = { id: { any_: ids }, state: { type: { any_: [...types] } } };
    const found = await this.#options.client.call(flowRuns.filter, { flow_runs }).catch(() => []);
    for (const { id, state_type } of found) {
      const type = types.find((one) => one === state_type);
      this.#apply(id, type && byType[type]);
    }
  }

  #apply(flowRunId: string, order: keyof ControlHandlers | undefined): void {
    if (order) this.#watched.get(flowRunId)?.[order]();
  }
}
