import type { FailOn } from "../rules/final-state.ts";
import type { DeploymentVerbs } from "./deployments.ts";
import type { Duration } from "./duration.ts";
import type { Future } from "./future.ts";
import type { FutureList } from "./future-list.ts";
import type { State } from "./state.ts";
import type { AllowFailure, Opaque, Quoted, Unmapped } from "./wrappers.ts";

/** Whether calls give results or states. */
export type Mode = "value" | "state";
type ModeResult<R, M extends Mode> = M extends "state" ? State<R> : R;

type Inside<T> = T extends readonly (infer E)[]
  ? readonly (E | Future<E>)[]
  : T extends (...args: never[]) => unknown
    ? never
    : T extends object
      ? { [K in keyof T]: T[K] | Future<T[K]> }
      : never;

/** What `submit` takes for a parameter of type T: the value, or something that becomes one. */
export type Lift<T> =
  | T
  | Future<T>
  | State<T>
  | Quoted<T>
  | Opaque<T>
  | Inside<T>
  // A task that is to get a failure must be able to take an Error.
  | (Error extends T ? AllowFailure<T> : never);
type LiftAll<P extends readonly unknown[]> = { [K in keyof P]: Lift<P[K]> };

/** What `map` takes for a parameter of type T: many of them, or one for all. */
export type MapArg<T> =
  | Iterable<T | Future<T>>
  | AsyncIterable<T>
  | FutureList<T>
  | Future<readonly T[]>
  | Unmapped<T>
  | Unmapped<Future<T>>;
type MapAll<P extends readonly unknown[]> = { [K in keyof P]: MapArg<P[K]> };

/** What the caller of a flow gets for what its body returns. */
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

/** Inferred whole, so that parameters with a default keep its type: a signature would make them unknown. */
export type ParametersOf<F> = F extends (...args: infer P) => unknown ? P : never;
export type ResultOf<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

/** A run as hooks see it. */
export interface RunInfo {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}
export type TaskHook = (
  task: { readonly name: string; readonly key: string },
  run: RunInfo,
  state: State,
) => unknown;
export type FlowHook = (flow: { readonly name: string }, run: RunInfo, state: State) => unknown;
type HookOrHooks<H> = H | readonly H[];
interface Hooks<H> {
  onRunning?: HookOrHooks<H>;
  onCompletion?: HookOrHooks<H>;
  onFailure?: HookOrHooks<H>;
  onCancellation?: HookOrHooks<H>;
  onCrashed?: HookOrHooks<H>;
}

export interface RetryContext {
  /** The attempt that failed, from 1. */
  attempt: number;
  args: readonly unknown[];
  signal: AbortSignal;
}

/** The name of a run: a text where `{0}` and `{city}` stand for arguments, or a function of them. */
export type RunName<P extends readonly unknown[]> = string | ((...args: P) => string);

interface CommonOptions<P extends readonly unknown[]> {
  runName?: RunName<P>;
  tags?: readonly string[];
  /** Attempts after the first. */
  retries?: number;
  timeout?: Duration;
  /** Time that a body has to end on its own after its signal has aborted. 5 s. */
  grace?: Duration;
  /** Ship what the body prints with its logs. */
  logConsole?: boolean;
  failOn?: FailOn;
}

export interface TaskRunOptions<P extends readonly unknown[] = readonly unknown[]> extends CommonOptions<P> {
  /** One delay, or one per retry, of which the last repeats; see `backoff`. */
  retryDelay?: Duration | readonly Duration[];
  /** 0.5 spreads each delay up to 1.5 times. */
  retryJitter?: number;
  /** False ends the run without further attempts. */
  retryCondition?: (error: unknown, context: RetryContext) => boolean | Promise<boolean>;
  /** Runs that must have completed first, though their results are not used. */
  waitFor?: readonly unknown[];
}

export interface TaskOptions<P extends readonly unknown[] = readonly unknown[]>
  extends TaskRunOptions<P>,
    Hooks<TaskHook> {
  name?: string;
  description?: string;
  version?: string;
}

export interface FlowRunOptions<P extends readonly unknown[] = readonly unknown[]> extends CommonOptions<P> {
  retryDelay?: Duration;
  /** What happens to submitted runs that are not over when the body is: awaited (default) or cancelled. */
  drain?: "wait" | "cancel";
  /** Submitted tasks that run at the same time. 100. */
  taskConcurrency?: number;
}

export interface FlowOptions<P extends readonly unknown[] = readonly unknown[]>
  extends FlowRunOptions<P>,
    Hooks<FlowHook> {
  name?: string;
  description?: string;
  version?: string;
}

/** A function whose calls are recorded as task runs. */
export interface Task<P extends readonly unknown[], R, M extends Mode = "value"> {
  (...args: P): Promise<ModeResult<R, M>>;
  /** Hands a call to the flow's runner and returns at once. */
  submit(...args: LiftAll<P>): M extends "state" ? Promise<State<R>> : Future<R>;
  /** Submits one call per element of its arguments. */
  map(...args: MapAll<P>): M extends "state" ? Promise<State<R>[]> : FutureList<R>;
  /** The same task with other options. */
  with(options: TaskRunOptions<P> & { returnState: true }): Task<P, R, "state">;
  with(options: TaskRunOptions<P> & { returnState?: false }): Task<P, R, M>;
  /** For `Future.recover`. */
  recover<T>(future: Future<T>): Future<T | R>;
  /** The plain function. */
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
