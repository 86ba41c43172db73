/** An argument of `map` that is the same for every child. */
export class Unmapped<out T = unknown> {
  readonly value: T;
  constructor(value: T) {
    this.value = value;
  }
}
/** An argument whose failure is given to the task as an Error. */
export class AllowFailure<out T = unknown> {
  readonly value: unknown;
  declare readonly __result?: T;
  constructor(value: unknown) {
    this.value = value;
  }
}
/** An argument or a result that nobody looks into. */
export class Quoted<out T = unknown> {
  readonly value: T;
  constructor(value: T) {
    this.value = value;
  }
}
/** An argument of which only the top is resolved. */
export class Opaque<out T = unknown> {
  readonly value: unknown;
  declare readonly __result?: T;
  constructor(value: unknown) {
    this.value = value;
  }
}
