import type { TaskInputs } from "../schema/task-runs.ts";
import { Future } from "./future.ts";
import { FutureList } from "./future-list.ts";
import { isError } from "./is-error.ts";
import type { Lineage } from "./lineage.ts";
import { readable } from "./preview.ts";
import { Slot } from "./slot.ts";
import { hasEnded, type RunRef, RunStateError, resultOf, State } from "./state.ts";
import { AllowFailure, ElementOf, Opaque, Quoted, Unmapped } from "./wrappers.ts";

const deepest = 10;
const maxNodes = 10_000;

/** A run that arguments wait for. */
export interface Wait {
  slot: Slot;
  /** Its failure is passed to the task as a value. */
  allowsFailure: boolean;
}

/** The runs that arguments come from. */
export interface Found {
  inputs: TaskInputs;
  waits: Wait[];
  /** True when something inside must be replaced by its value. */
  isLifted: boolean;
  /** Lists whose futures are not all submitted. Once they are, the arguments must be searched again. */
  growing: Promise<void>[];
}

/** Searches the arguments of a call: edges by parameter, and the runs that must end before it starts. */
export function inspectArguments(
  args: readonly unknown[],
  {
    names,
    waitFor,
    lineage,
    parent,
  }: {
    names: readonly string[];
    waitFor: readonly unknown[] | undefined;
    lineage: Lineage | undefined;
    parent: RunRef | undefined;
  },
): Found {
  const found: Found = { inputs: {}, waits: [], isLifted: false, growing: [] };
  for (let index = 0; index < args.length; index++) {
    const name = names[index] ?? `arg${index}`;
    found.inputs[name] = edges(args[index], found, lineage);
  }
  if (waitFor && waitFor.length > 0) {
    const wasLifted = found.isLifted;
    found.inputs.wait_for = edges(waitFor, found, lineage);
    found.isLifted = wasLifted;
  }
  if (parent?.kind === "task_run") found.inputs.__parents__ = [{ input_type: "task_run", id: parent.id }];
  return found;
}

function edges(value: unknown, found: Found, lineage: Lineage | undefined): TaskInputs[string] {
  if (!isLookable(value)) return [];
  const visitor = new Visitor(found, lineage);
  visitor.visit(value, { depth: 0, allowsFailure: false });
  return [...visitor.runs].map((id) => ({ input_type: "task_run", id }));
}

interface At {
  depth: number;
  allowsFailure: boolean;
}

class Visitor {
  readonly runs = new Set<string>();
  readonly #found: Found;
  readonly #lineage: Lineage | undefined;
  readonly #seen = new Set<object>();

  constructor(found: Found, lineage: Lineage | undefined) {
    this.#found = found;
    this.#lineage = lineage;
  }

  visit(value: unknown, at: At): void {
    if (!isLookable(value) || this.#seen.has(value) || this.#seen.size >= maxNodes) return;
    this.#seen.add(value);
    if (value instanceof Future) this.#wait(Future.slot(value), at);
    else if (value instanceof State) this.#state(value, at);
    else if (value instanceof Quoted) this.#found.isLifted = true;
    else if (value instanceof ElementOf) this.#element(value.source);
    else if (value instanceof Unmapped) this.#unwrap(value.value, at);
    else if (value instanceof AllowFailure) this.#unwrap(value.future, { ...at, allowsFailure: true });
    else if (value instanceof Opaque) this.#unwrap(value.future, { ...at, depth: deepest });
    else this.#inside(value, at);
  }

  /** Its list has been read, so there is nothing to wait for. */
  #element(source: object): void {
    this.#found.isLifted = true;
    if (source instanceof Future) this.runs.add(Future.slot(source).ref.id);
    else for (const ref of this.#lineage?.of(source) ?? []) this.runs.add(ref.id);
  }

  #unwrap(value: unknown, at: At): void {
    this.#found.isLifted = true;
    this.visit(value, at);
  }

  #wait(slot: Slot, { allowsFailure }: At): void {
    this.#found.isLifted = true;
    this.#found.waits.push({ slot, allowsFailure });
    this.runs.add(slot.ref.id);
    if (allowsFailure) slot.ref.observed = true;
  }

  #state(state: State, at: At): void {
    const { view, content, ref } = State.peek(state);
    this.#found.isLifted = true;
    if (!ref) return;
    const slot = new Slot(view, ref);
    if (hasEnded(view)) slot.settle(view, content);
    this.#wait(slot, at);
  }

  #inside(value: object, { depth, allowsFailure }: At): void {
    for (const ref of this.#lineage?.of(value) ?? []) this.runs.add(ref.id);
    const growth = value instanceof FutureList ? FutureList.growth(value) : undefined;
    if (growth) this.#found.growing.push(growth);
    if (depth >= deepest) return;
    for (const child of childrenOf(value)) this.visit(child, { depth: depth + 1, allowsFailure });
  }
}

const isLookable = (value: unknown): value is object => typeof value === "object" && value !== null;

/** What may hold futures: lists, maps, sets and enumerable fields; never buffers, dates and the like. */
function* childrenOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) yield* value;
  else if (value instanceof Map) yield* value.values();
  else if (!isLeaf(value)) for (const key in value) if (Object.hasOwn(value, key)) yield readable(value, key);
}

const isLeaf = (value: object): boolean =>
  ArrayBuffer.isView(value) ||
  value instanceof ArrayBuffer ||
  value instanceof Date ||
  value instanceof RegExp ||
  isError(value) ||
  value instanceof Promise ||
  value instanceof WeakMap ||
  value instanceof WeakSet;

/** A missing input of a task: the run that produces it did not complete. */
export class UpstreamError extends RunStateError {
  readonly reason: string;
  constructor({ slot: { view, content, ref } }: Wait) {
    const message = `Upstream task run '${ref.name}' did not reach a 'COMPLETED' state.`;
    super(
      { type: "PENDING", name: "NotReady", message },
      undefined,
      content.error ?? new RunStateError(view, ref),
    );
    this.name = "UpstreamError";
    this.reason = message;
  }
}

/** The run whose failure keeps the task from starting, if any. */
export const failedWait = (waits: readonly Wait[]): Wait | undefined =>
  waits.find((wait) => !wait.allowsFailure && wait.slot.view.type !== "COMPLETED");

/** The arguments with futures, states and wrappers replaced by their values. */
export function resolveArguments(args: readonly unknown[]): unknown[] {
  const known: Known = { lifted: new Map(), copies: new Map() };
  return args.map((arg) => replace(arg, 0, known));
}

interface Known {
  /** Whether something inside must be replaced. */
  lifted: Map<object, boolean>;
  copies: Map<object, unknown>;
}

function replace(value: unknown, depth: number, known: Known): unknown {
  if (!isLookable(value)) return value;
  if (value instanceof Future) return outcomeOf(Future.slot(value));
  if (value instanceof State) {
    const { view, content, ref } = State.peek(value);
    return unwrapped(resultOf(view, content, ref));
  }
  if (value instanceof Quoted || value instanceof ElementOf) return value.value;
  if (value instanceof Unmapped) return replace(value.value, depth, known);
  if (value instanceof AllowFailure) return replace(value.future, depth, known);
  if (value instanceof Opaque) return replace(value.future, deepest, known);
  return isLifted(value, depth, known) ? copied(value, depth, known) : value;
}

const isWrapped = (value: object): boolean =>
  value instanceof Future ||
  value instanceof State ||
  value instanceof Quoted ||
  value instanceof ElementOf ||
  value instanceof Unmapped ||
  value instanceof AllowFailure ||
  value instanceof Opaque;

function isLifted(value: unknown, depth: number, known: Known): boolean {
  if (!isLookable(value)) return false;
  if (isWrapped(value)) return true;
  const answer = known.lifted.get(value);
  if (answer !== undefined || depth >= deepest || known.lifted.size >= maxNodes) return answer === true;
  known.lifted.set(value, false);
  for (const child of childrenOf(value))
    if (isLifted(child, depth + 1, known)) {
      known.lifted.set(value, true);
      return true;
    }
  return false;
}

/** A structure is copied only where something inside is replaced. */
function copied(value: object, depth: number, known: Known): unknown {
  if (known.copies.has(value)) return known.copies.get(value);
  const remember = <T>(copy: T): T => {
    known.copies.set(value, copy);
    return copy;
  };
  const inner = (child: unknown) => replace(child, depth + 1, known);
  if (Array.isArray(value)) {
    const copy: unknown[] = remember([]);
    for (const child of value) copy.push(inner(child));
    return copy;
  }
  if (value instanceof Set) {
    const copy = remember(new Set());
    for (const child of value) copy.add(inner(child));
    return copy;
  }
  if (value instanceof Map) {
    const copy = remember(new Map());
    for (const [key, child] of value) copy.set(key, inner(child));
    return copy;
  }
  const copy: object = remember(Object.create(Object.getPrototypeOf(value)));
  for (const [key, child] of Object.entries(value)) Reflect.set(copy, key, inner(child));
  return copy;
}

const outcomeOf = (slot: Slot): unknown => unwrapped(resultOf(slot.view, slot.content, slot.ref));

// Only allowed failures get here; the task gets the error as its argument.
const unwrapped = (outcome: ReturnType<typeof resultOf>): unknown => {
  if (outcome.ok) return outcome.value;
  return isError(outcome.error) ? outcome.error : new Error(String(outcome.error), { cause: outcome.error });
};
