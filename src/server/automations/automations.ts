import type { Logger } from "pino";
import type { Store } from "../../store/store.ts";
import type { Documents } from "../blocks/documents.ts";
import { Sender } from "../notifications/sender.ts";
import type { LoopService } from "../services/service-loop.ts";
import { Tasks } from "./tasks.ts";
import { Triggers } from "./triggers.ts";

interface AutomationsOptions {
  store: Store;
  documents: Documents;
  /** Base URL of the dashboard, for links in messages. */
  site: string;
  now: () => number;
  log: Logger;
}

/** Evaluates triggers and runs actions. Any number of replicas may do so concurrently. */
export class Automations {
  readonly #triggers: Triggers;
  readonly #tasks: Tasks;

  constructor({ store, documents, site, now, log }: AutomationsOptions) {
    this.#tasks = new Tasks({ store, sender: new Sender(documents), site, now, log });
    this.#triggers = new Triggers({ store, now, log, onFired: () => this.#tasks.wake() });
  }

  steps(): LoopService[] {
    return [
      { name: "triggers", seconds: 1, isUrgent: true, run: () => this.#triggers.evaluate() },
      { name: "actions", seconds: 1, isUrgent: true, run: () => this.#tasks.work() },
    ];
  }

  /** Starts evaluating events as they arrive; returns the function that stops it. */
  watch(): () => Promise<void> {
    const stop = this.#triggers.watch();
    return async () => {
      await stop();
      await this.#tasks.idle();
    };
  }
}
