import { Worker } from "node:worker_threads";
import { socketUrl } from "../client/client.ts";
import { type EventSink, eventsInPath } from "../client/events.ts";
import type { Beat } from "./heartbeat-thread.ts";
import type { Watched } from "./session.ts";
import { runEvent } from "./task-events.ts";

export const heartbeatEvent = "prefect.flow-run.heartbeat";
/** A run of less needs no further sign of life. */
const threadAfter = 5000;

interface Options {
  baseUrl: string;
  token: string | null;
  events: EventSink;
}

/**
 * Tells the server every 10 s that this process still runs its flow runs. From a thread of its own, so that
 * a computation which blocks the event loop does not look like a dead process.
 */
export class Heartbeats {
  readonly #options: Options;
  readonly #running = new Map<string, Beat>();
  #thread: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  start({ flowRunId, resource, related }: Watched): () => void {
    this.#running.set(flowRunId, { event: heartbeatEvent, resource, related });
    // The first one tells the server to expect more.
    this.#options.events.send(runEvent(heartbeatEvent, { resource, related, payload: {} }));
    if (this.#thread) this.#tell();
    else this.#timer ??= setTimeout(() => this.#begin(), threadAfter).unref();
    return () => {
      this.#running.delete(flowRunId);
      if (this.#thread) this.#tell();
      else if (this.#running.size === 0) {
        clearTimeout(this.#timer);
        this.#timer = undefined;
      }
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    void this.#thread?.terminate();
    this.#thread = undefined;
  }

  #begin(): void {
    this.#timer = undefined;
    if (this.#running.size === 0) return;
    const { baseUrl, token } = this.#options;
    const file = import.meta.url.endsWith(".ts") ? "./heartbeat-thread.ts" : "./heartbeat-thread.js";
    this.#thread = new Worker(new URL(file, import.meta.url), {
      name: "heartbeats",
      workerData: { url: socketUrl(baseUrl, eventsInPath), token },
      execArgv: [],
    });
    this.#thread.unref();
    // The runs go on without it; the server sees that the socket of their events is open.
    this.#thread.on("error", () => {
      this.#thread = undefined;
    });
    this.#tell();
  }

  #tell(): void {
    this.#thread?.postMessage([...this.#running.values()]);
  }
}
