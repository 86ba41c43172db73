import type { FlowRun } from "../schema/flow-runs.ts";
import type { Store } from "../store/store.ts";
import { type Occasion, occasion } from "./execution-context.ts";
import { moveFlowRun, type Proposal, type Transition } from "./transition.ts";

type Moved = Transition<FlowRun> | undefined;

interface Waiting {
  id: string;
  proposal: Proposal;
  /** For whom: the transaction is that of several. */
  occasion: Occasion | undefined;
  resolve(moved: Moved): void;
  reject(error: unknown): void;
}

const maxTogether = 200;

/**
 * Transitions of flow runs. Those that come while others are written share the next transaction: the way to the
 * store and the commit cost more than the transition itself.
 */
export class Moves {
  readonly #store: Pick<Store, "transaction">;
  #waiting: Waiting[] = [];
  #isBusy = false;

  constructor(store: Pick<Store, "transaction">) {
    this.#store = store;
  }

  /** Proposes a state; answers undefined when there is no such run. */
  move(id: string, proposal: Proposal): Promise<Moved> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, proposal, occasion: occasion.getStore(), resolve, reject });
      if (!this.#isBusy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const batch = this.#next();
      try {
        const moved = await this.#together(batch);
        batch.forEach((waiting, index) => {
          waiting.resolve(moved[index]);
        });
      } catch (error) {
        if (batch.length === 1) batch[0]?.reject(error);
        // One of them failed and took the others along: each gets a transaction of its own.
        else for (const waiting of batch) await this.#alone(waiting);
      }
    }
    this.#isBusy = false;
  }

  /** At most one proposal for a run, in the order they came. */
  #next(): Waiting[] {
    const batch = new Map<string, Waiting>();
    const later: Waiting[] = [];
    for (const waiting of this.#waiting) {
      if (batch.size < maxTogether && !batch.has(waiting.id)) batch.set(waiting.id, waiting);
      else later.push(waiting);
    }
    this.#waiting = later;
    return [...batch.values()];
  }

  #together(batch: readonly Waiting[]): Promise<Moved[]> {
    return this.#store.transaction(async (tx) => {
      const runs = await tx.flowRuns.lockMany(batch.map(({ id }) => id));
      const moved: Moved[] = [];
      // One after the other: two runs of one deployment must not both see its last free slot.
      for (const [index, { proposal, occasion: own }] of batch.entries()) {
        const run = runs[index];
        moved.push(run && (await occasion.run(own, () => moveFlowRun(tx, run, proposal))));
      }
      return moved;
    });
  }

  async #alone(waiting: Waiting): Promise<void> {
    try {
      const [moved] = await this.#together([waiting]);
      waiting.resolve(moved);
    } catch (error) {
      waiting.reject(error);
    }
  }
}
