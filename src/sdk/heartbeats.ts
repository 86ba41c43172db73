import { Worker } from "node:worker_threads";
import { authorization, socketToken, socketUrl } from "../client/client.ts";
import { type EventSink, eventsInPath } from "../client/events.ts";
import { heartbeatEvent } from "../schema/event-names.ts";
import { fenceOff } from "./fenced-attempts.ts";
import type { HeartbeatEvent, LostNotice, Task } from "./heartbeat-thread.ts";
import { hostProcess } from "./runner-channel.ts";
import type { ServerConnection } from "./server-connection.ts";
import type { HeldLease, Watched } from "./session.ts";
import { runEvent } from "./task-events.ts";

interface Options {
  server: Pick<ServerConnection, "address" | "onMove">;
  /** Seconds between two heartbeats. */
  every: number;
  events: EventSink;
}

/**
 * Sends heartbeats of this process's flow runs and renews its leases, from a separate thread, so that
 * a computation which blocks the event loop does not look like a dead process.
 */
export class Heartbeats {
  readonly #options: Options;
  readonly #running = new Map<string, HeartbeatEvent>();
  readonly #leases = new Map<string, HeldLease>();
  #thread: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #stopFollowing: () => void;

  constructor(options: Options) {
    this.#options = options;
    this.#stopFollowing = options.server.onMove(() => {
      if (this.#thread) this.#sendTask();
    });
  }

  start({ flowRunId, resource, related }: Pick<Watched, "flowRunId" | "resource" | "related">): () => void {
    this.#running.set(flowRunId, { event: heartbeatEvent, resource, related });
    // The first heartbeat makes the server expect more.
    this.#options.events.send(runEvent(heartbeatEvent, { resource, related, payload: {} }));
    this.#changed();
    return () => {
      this.#running.delete(flowRunId);
      this.#changed();
    };
  }

  hold(lease: HeldLease): () => void {
    this.#leases.set(lease.id, lease);
    this.#changed();
    return () => {
      this.#leases.delete(lease.id);
      this.#changed();
    };
  }

  /** In ms: a shorter run needs no second heartbeat. */
  get #threadAfter(): number {
    return this.#options.every * 500;
  }

  close(): void {
    this.#stopFollowing();
    clearTimeout(this.#timer);
    void this.#thread?.terminate();
    this.#thread = undefined;
  }

  #changed(): void {
    const isNeeded = this.#running.size + this.#leases.size > 0;
    if (this.#thread) this.#sendTask();
    else if (isNeeded) this.#timer ??= setTimeout(() => this.#begin(), this.#threadAfter).unref();
    else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  #begin(): void {
    this.#timer = undefined;
    const file = import.meta.url.endsWith(".ts") ? "./heartbeat-thread.ts" : "./heartbeat-thread.js";
    this.#thread = new Worker(new URL(file, import.meta.url), {
      name: "heartbeats",
      workerData: { every: this.#options.every, parent: hostProcess },
      execArgv: [],
    });
    this.#thread.on("message", ({ lost, givenUp }: LostNotice) => {
      if (givenUp !== undefined) fenceOff(givenUp);
      if (lost !== undefined) this.#leases.get(lost)?.onLost();
    });
    // Last: adding a message listener makes the thread keep the process alive again.
    this.#thread.unref();
    // The runs continue without it; the server sees that their event socket is open.
    this.#thread.on("error", () => {
      this.#thread = undefined;
    });
    this.#sendTask();
  }

  #sendTask(): void {
    const { address } = this.#options.server;
    const task: Task = {
      server: {
        url: socketUrl(address.apiUrl, eventsInPath),
        baseUrl: address.apiUrl,
        token: socketToken(address),
        headers: authorization(address),
      },
      beats: [...this.#running.values()],
      leases: Array.from(this.#leases.values(), ({ id, seconds, attempt }) => ({ id, seconds, attempt })),
    };
    this.#thread?.postMessage(task);
  }
}
