import type { RunRef } from "./state.ts";

const remembered = 4;
const maxChildren = 10_000;

/**
 * Which runs produced an object, so that passing it to a task creates an edge. Weak: it keeps no result alive.
 * Primitives have no identity and no lineage.
 */
export class Lineage {
  readonly #makers = new WeakMap<object, readonly RunRef[]>();
  #isEmpty = true;

  of(value: object): readonly RunRef[] {
    return this.#isEmpty ? [] : (this.#makers.get(value) ?? []);
  }

  /** Registers the result of a run and the objects directly in it. */
  add(result: unknown, ref: RunRef): void {
    if (typeof result !== "object" || result === null) return;
    this.#isEmpty = false;
    this.#remember(result, ref);
    let count = 0;
    if (ArrayBuffer.isView(result) || result instanceof Map || result instanceof Set) return;
    for (const child of Array.isArray(result) ? result : Object.values(result)) {
      if (count++ >= maxChildren) break;
      if (typeof child === "object" && child !== null) this.#remember(child, ref);
    }
  }

  #remember(value: object, ref: RunRef): void {
    const earlier = this.#makers.get(value);
    this.#makers.set(
      value,
      earlier ? [ref, ...earlier.filter((one) => one !== ref)].slice(0, remembered) : [ref],
    );
  }
}
