import type { FlowRun } from "../schema/flow-runs.ts";
import type { Store } from "../store/store.ts";
import { type ExecutionContext, executionContext } from "./execution-context.ts";
import { type Proposal, type Transition, transitionFlowRun } from "./transition.ts";

type FlowRunTransition = Transition<FlowRun> | undefined;

interface PendingTransition {
  id: string;
  proposal: Proposal;
  /** The requester, as the transaction is shared by several. */
  context: ExecutionContext | undefined;
  resolve(transition: FlowRunTransition): void;
  reject(error: unknown): void;
}

const maxBatch = 200;

/**
 * Transitions of flow runs. Proposals that arrive during a write share the next transaction: the round trip to the
 * store and the commit cost more than the transition itself. Without it a transition takes 2.5 times the CPU
 * (`bench/set-state.ts`, 32 connections, SQLite).
 */
export class TransitionBatcher {
  readonly #store: Pick<Store, "transaction">;
  #pending: PendingTransition[] = [];
  #isBusy = false;

  constructor(store: Pick<Store, "transaction">) {
    this.#store = store;
  }

  /** Proposes a state; returns undefined when there is no such run. */
  propose(id: string, proposal: Proposal): Promise<FlowRunTransition> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ id, proposal, context: executionContext.getStore(), resolve, reject });
      if (!this.#isBusy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isBusy = true;
    while (this.#pending.length > 0) {
      const batch = this.#next();
      try {
        const transitions = await this.#commitBatch(batch);
        batch.forEach((pending, index) => {
          pending.resolve(transitions[index]);
        });
      } catch (error) {
        if (batch.length === 1) batch[0]?.reject(error);
        // A failure rolled back all of them: each is retried in a separate transaction.
        else for (const pending of batch) await this.#commitSingle(pending);
      }
    }
    this.#isBusy = false;
  }

  /** At most one proposal per run, in order of arrival. */
  #next(): PendingTransition[] {
    const batch = new Map<string, PendingTransition>();
    const later: PendingTransition[] = [];
    for (const pending of this.#pending) {
      if (batch.size < maxBatch && !batch.has(pending.id)) batch.set(pending.id, pending);
      else later.push(pending);
    }
    this.#pending = later;
    return [...batch.values()];
  }

  #commitBatch(batch: readonly PendingTransition[]): Promise<FlowRunTransition[]> {
    return this.#store.transaction(async (tx) => {
      const runs = await tx.flowRuns.lockMany(batch.map(({ id }) => id));
      const transitions: FlowRunTransition[] = [];
      // Sequential: two runs of one deployment must not both see its last free slot.
      for (const [index, { proposal, context: own }] of batch.entries()) {
        const run = runs[index];
        transitions.push(
          run && (await executionContext.run(own, () => transitionFlowRun(tx, run, proposal))),
        );
      }
      return transitions;
    });
  }

  async #commitSingle(pending: PendingTransition): Promise<void> {
    try {
      const [transition] = await this.#commitBatch([pending]);
      pending.resolve(transition);
    } catch (error) {
      pending.reject(error);
    }
  }
}
