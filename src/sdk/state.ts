import { newId } from "../schema/ids.ts";
import { maxListedMessage, shortened } from "../schema/long-texts.ts";
import { defaultStateName, isFinal, type StateType } from "../schema/states.ts";
import { nowMicros, stamp } from "./clock.ts";
import { isError } from "./is-error.ts";
import { stateKinds } from "./option-kinds.ts";
import { checkOptions } from "./options.ts";

/** A state without its data, as reported, logged and evaluated by rules. */
export interface StateView {
  readonly id: string;
  readonly type: StateType;
  readonly name: string;
  readonly message: string | null;
  readonly timestamp: string;
}

/** Identifies a run without referencing its data. */
export interface RunRef {
  readonly kind: "task_run" | "flow_run";
  readonly id: string;
  name: string;
  /** User code has observed how it ended. */
  observed: boolean;
}

/** Thrown to callers that asked for the result of a run that did not complete. */
export class RunStateError extends Error {
  readonly stateType: StateType;
  readonly stateName: string;
  readonly runId: string | undefined;

  constructor(view: Pick<StateView, "type" | "name" | "message">, ref?: RunRef, cause?: unknown) {
    const who = ref ? `Run '${ref.name}'` : "The run";
    super(
      `${who} is ${view.name}${view.message ? `: ${view.message}` : ""}`,
      cause === undefined ? {} : { cause },
    );
    this.name = "RunStateError";
    this.stateType = view.type;
    this.stateName = view.name;
    this.runId = ref?.id;
  }
}

/** Holds a state's data. The run's state shares it with the run's future, so a release drops it for both. */
export interface Content<R> {
  value?: R;
  error?: unknown;
  /** The value was released early. */
  released?: boolean;
}

/**
 * A run's state at one moment. Reading the state of an ended run counts as observing it: an observed
 * failure does not fail the flow. Not a promise: `await` returns the state itself.
 */
export class State<out R = unknown> {
  readonly #view: StateView;
  readonly #content: Content<R>;
  readonly #ref: RunRef | undefined;

  constructor(view: StateView, content: Content<R>, ref?: RunRef) {
    this.#view = view;
    this.#content = content;
    this.#ref = ref;
  }

  get id(): string {
    return this.#view.id;
  }
  get timestamp(): string {
    return this.#view.timestamp;
  }
  get type(): StateType {
    return this.#look().type;
  }
  get name(): string {
    return this.#look().name;
  }
  get message(): string | null {
    return this.#look().message;
  }
  isFinal(): boolean {
    return isFinal(this.#look().type);
  }
  isCompleted(): boolean {
    return this.#look().type === "COMPLETED";
  }
  isFailed(): boolean {
    return this.#look().type === "FAILED";
  }
  isCancelled(): boolean {
    return this.#look().type === "CANCELLED";
  }
  isCrashed(): boolean {
    return this.#look().type === "CRASHED";
  }
  isRunning(): boolean {
    return this.#look().type === "RUNNING";
  }
  isPending(): boolean {
    return this.#look().type === "PENDING";
  }

  /** The result of a completed run; throws the error of one that failed, or returns it with `raiseOnFailure: false`. */
  result(): Promise<R>;
  result(options: { raiseOnFailure: false }): Promise<R | Error>;
  async result(options: { raiseOnFailure?: boolean } = {}): Promise<R | Error> {
    const view = this.#look();
    const outcome = resultOf(view, this.#content, this.#ref);
    if (outcome.ok) return outcome.value;
    if (options.raiseOnFailure === false)
      return isError(outcome.error) ? outcome.error : new RunStateError(view, this.#ref, outcome.error);
    throw outcome.error;
  }

  toString(): string {
    const { name, message } = this.#view;
    return message ? `${name}(${JSON.stringify(message)})` : `${name}()`;
  }

  /** Internal: reads it without marking it as observed. */
  static peek<R>(state: State<R>): { view: StateView; content: Content<R>; ref: RunRef | undefined } {
    return { view: state.#view, content: state.#content, ref: state.#ref };
  }

  #look(): StateView {
    if (this.#ref && hasEnded(this.#view)) this.#ref.observed = true;
    return this.#view;
  }
}

/** Last line of a run's log: `Finished in state Failed("boom")`. */
export const finishedIn = ({ name, message }: StateView): string =>
  `Finished in state ${name}(${message ? JSON.stringify(message) : ""})`;

// A task whose input failed stays PENDING, as NotReady: this is final for callers.
export const hasEnded = (view: Pick<StateView, "type" | "name">): boolean =>
  isFinal(view.type) || view.name === "NotReady";

export type Outcome<R> = { ok: true; value: R } | { ok: false; error: unknown };

export function resultOf<R>(view: StateView, content: Content<R>, ref?: RunRef): Outcome<R> {
  if (view.type !== "COMPLETED") return { ok: false, error: content.error ?? new RunStateError(view, ref) };
  if (content.released)
    return {
      ok: false,
      error: new Error(`The result of run '${ref?.name}' was released before it was read.`),
    };
  // A completed run has a value of its result type, which may be undefined.
  return { ok: true, value: content.value as R };
}

export const newView = (
  type: StateType,
  { name, message, at = nowMicros() }: { name?: string; message?: string | null; at?: number } = {},
): StateView => ({
  id: newId(),
  type,
  name: name ?? defaultStateName(type),
  message: message ? shortened(message, maxListedMessage) : (message ?? null),
  timestamp: stamp(at),
});

export interface ManualOptions<R> {
  name?: string;
  message?: string;
  data?: R;
}

/**
 * A state to return from a flow or a task: it becomes the run's final state.
 *
 * @example
 * return completed({ name: "Skipped", message: "nothing new today" });
 */
export function completed<R = undefined>(options: ManualOptions<R> = {}): State<R> {
  checkOptions("completed", options, stateKinds);
  return new State(newView("COMPLETED", options), "data" in options ? { value: options.data } : {});
}

/**
 * A failed state to return from a flow or a task, without throwing.
 *
 * @example
 * return failed({ message: `${bad.length} records were malformed` });
 */
export function failed(options: ManualOptions<never> = {}): State<never> {
  checkOptions("failed", options, stateKinds);
  return new State(newView("FAILED", options), {});
}

/**
 * A cancelled state to return from a flow or a task.
 *
 * @example
 * return cancelled({ message: "the market is closed" });
 */
export function cancelled(options: ManualOptions<never> = {}): State<never> {
  checkOptions("cancelled", options, stateKinds);
  return new State(newView("CANCELLED", options), {});
}
