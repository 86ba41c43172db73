import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Settings } from "../schema/settings.ts";

export interface EmbeddedOptions {
  settings: Settings;
  version: string;
  token: string;
}
export type EmbeddedMessage = { kind: "listening"; url: string } | { kind: "handover"; pid: number };

/** The thread in which this process serves its store. */
export class Embedded {
  readonly #thread: Worker;
  readonly #exited: Promise<unknown>;
  /** Its address, without `/api`. */
  readonly url: string;
  /** Called when a server wants the store. */
  onHandover: (pid: number) => void = () => {};
  /** Called when it has ended, requested or not. */
  onExit: () => void = () => {};

  static async start(options: EmbeddedOptions): Promise<Embedded> {
    const file = import.meta.url.endsWith(".ts") ? "./embedded-thread.ts" : "./embedded-thread.js";
    const thread = new Worker(new URL(file, import.meta.url), {
      name: "embedded server",
      workerData: options,
      execArgv: [],
    });
    // Rejects with the error that kept it from starting.
    const [message]: EmbeddedMessage[] = await once(thread, "message");
    if (message?.kind !== "listening") throw new Error("expected the embedded server to listen first");
    return new Embedded(thread, message.url);
  }

  private constructor(thread: Worker, url: string) {
    this.#thread = thread;
    this.url = url;
    this.#exited = once(thread, "exit").then(() => this.onExit());
    thread.on("message", (message: EmbeddedMessage) => {
      if (message.kind === "handover") this.onHandover(message.pid);
    });
    // A fatal error ends it, and is reported by its exit.
    thread.on("error", () => {});
    // Last: adding a message listener makes the thread keep the process alive again.
    thread.unref();
  }

  /** Resolves once all requests are answered and stored. */
  async close(): Promise<void> {
    this.#thread.ref();
    this.#thread.postMessage("close");
    await this.#exited;
  }
}
