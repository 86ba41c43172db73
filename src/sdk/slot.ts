import { type Content, hasEnded, type RunRef, State, type StateView } from "./state.ts";

/**
 * Holds the outcome of a submitted run. Only the user's future, its states and unstarted consumers can reach
 * it, so an unreachable result is collected at once. While the run is in progress the engine reaches it too;
 * its queue holds nothing else.
 */
export class Slot<R = unknown> {
  view: StateView;
  ref: RunRef;
  readonly content: Content<R> = {};
  #listeners: (() => void)[] | undefined;
  /** Called once, when the end is first awaited. */
  onDemand: (() => void) | undefined;
  /** Ends the run early. Dropped when it has ended. */
  cancel: ((reason: string) => void) | undefined;

  constructor(view: StateView, ref: RunRef) {
    this.view = view;
    this.ref = ref;
  }

  get hasEnded(): boolean {
    return hasEnded(this.view);
  }

  state(): State<R> {
    return new State(this.view, this.content, this.ref);
  }

  settle(view: StateView, content: Content<R>): void {
    this.view = view;
    if ("value" in content) this.content.value = content.value;
    if ("error" in content) this.content.error = content.error;
    this.cancel = undefined;
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) listener();
  }

  onEnd(listener: () => void): void {
    const demand = this.onDemand;
    this.onDemand = undefined;
    if (this.hasEnded) listener();
    else if (this.#listeners) this.#listeners.push(listener);
    else this.#listeners = [listener];
    demand?.();
  }

  ended(): Promise<void> {
    return this.hasEnded ? Promise.resolve() : new Promise((resolve) => this.onEnd(resolve));
  }

  release(): void {
    delete this.content.value;
    this.content.released = true;
  }
}
