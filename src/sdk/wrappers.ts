// Private fields make these types nominal: user data with a `value` must not be mistaken for one of them.

/** An argument of `map` that is the same for every child. */
export class Unmapped<out T = unknown> {
  readonly #value: T;
  constructor(value: T) {
    this.#value = value;
  }
  get value(): T {
    return this.#value;
  }
}

/** A number, string or boolean from a list that a run returned; the value itself cannot carry its lineage. */
export class ElementOf {
  readonly #value: unknown;
  readonly #source: object;
  constructor(value: unknown, source: object) {
    this.#value = value;
    this.#source = source;
  }
  get value(): unknown {
    return this.#value;
  }
  /** The future of the list, or the list. */
  get source(): object {
    return this.#source;
  }
}

/** An argument or a result that is not searched. */
export class Quoted<out T = unknown> {
  readonly #value: T;
  constructor(value: T) {
    this.#value = value;
  }
  get value(): T {
    return this.#value;
  }
}

/** An argument whose failure is passed to the task as an Error. */
export class AllowFailure<out T = unknown> {
  declare readonly result?: T;
  readonly #future: unknown;
  constructor(future: unknown) {
    this.#future = future;
  }
  get future(): unknown {
    return this.#future;
  }
}

/** An argument of which only the top level is resolved. */
export class Opaque<out T = unknown> {
  declare readonly result?: T;
  readonly #future: unknown;
  constructor(future: unknown) {
    this.#future = future;
  }
  get future(): unknown {
    return this.#future;
  }
}
