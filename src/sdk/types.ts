import type { DeploymentVerbs } from "./deployments.ts";
import type { Future } from "./future.ts";
import type { FutureList } from "./future-list.ts";
import type { FlowRunOptions, TaskRunOptions } from "./run-options.ts";
import type { State } from "./state.ts";
import type { AllowFailure, Opaque, Quoted, Unmapped } from "./wrappers.ts";

/** Whether calls return results or states. */
export type Mode = "value" | "state";
type ModeResult<R, M extends Mode> = M extends "state" ? State<R> : R;

type Inside<T> = T extends readonly (infer E)[]
  ? readonly (E | Future<E>)[]
  : T extends (...args: never[]) => unknown
    ? never
    : T extends object
      ? { [K in keyof T]: T[K] | Future<T[K]> }
      : never;

/** What `submit` accepts for a parameter of type T: the value, or something that resolves to one. */
export type Lift<T> =
  | T
  | Future<T>
  | State<T>
  | Quoted<T>
  | Opaque<T>
  | Inside<T>
  // A task that gets a failure must accept an Error.
  | (Error extends T ? AllowFailure<T> : never);
type LiftAll<P extends readonly unknown[]> = { [K in keyof P]: Lift<P[K]> };

/** What `map` accepts for a parameter of type T: many of them, or one for all. */
export type MapArg<T> =
  | Iterable<T | Future<T>>
  | AsyncIterable<T>
  | FutureList<T>
  | Future<readonly T[]>
  | Unmapped<T>
  | Unmapped<Future<T>>;
type MapAll<P extends readonly unknown[]> = { [K in keyof P]: MapArg<P[K]> };

/** What the caller of a flow gets for the body's return value. */
export type FlowResult<R> =
  R extends FutureList<infer X>
    ? X[]
    : R extends Future<infer X>
      ? X
      : R extends State<infer X>
        ? X
        : R extends Quoted<infer X>
          ? X
          : R extends AsyncGenerator<infer X, unknown, unknown>
            ? X | undefined
            : R extends readonly Future<infer X>[]
              ? State<X>[]
              : R;

/** Inferred from the function type, so that parameters with a default keep their type: a signature would make them unknown. */
export type ParametersOf<F> = F extends (...args: infer P) => unknown ? P : never;
export type ResultOf<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

/** A function whose calls are recorded as task runs. */
export interface Task<P extends readonly unknown[], R, M extends Mode = "value"> {
  (...args: P): Promise<ModeResult<R, M>>;
  /** Submits a call to the flow's runner and returns its future at once. */
  submit(...args: LiftAll<P>): M extends "state" ? Promise<State<R>> : Future<R>;
  /** Submits one call per element of its arguments. */
  map(...args: MapAll<P>): M extends "state" ? Promise<State<R>[]> : FutureList<R>;
  /** The same task with other options. */
  with(options: TaskRunOptions<P> & { returnState: true }): Task<P, R, "state">;
  with(options: TaskRunOptions<P> & { returnState?: false }): Task<P, R, M>;
  /** For `Future.recover`. */
  recover<T>(future: Future<T>): Future<T | R>;
  /** The plain function, whose calls are not recorded. */
  readonly fn: (...args: P) => R | Promise<R>;
  readonly taskName: string;
  readonly key: string;
}

/** A function whose calls are recorded as flow runs. */
export interface Flow<P extends readonly unknown[], R, M extends Mode = "value"> extends DeploymentVerbs {
  (...args: P): Promise<ModeResult<FlowResult<R>, M>>;
  with(options: FlowRunOptions<P> & { returnState: true }): Flow<P, R, "state">;
  with(options: FlowRunOptions<P> & { returnState?: false }): Flow<P, R, M>;
  readonly fn: (...args: P) => R | Promise<R>;
  readonly flowName: string;
}
