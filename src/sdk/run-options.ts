import type { FailOn } from "../rules/final-state.ts";
import type { Duration } from "./duration.ts";
import type { State } from "./state.ts";

/** A run as passed to hooks. */
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

/** The name of a run: a template where `{0}` and `{city}` stand for arguments, or a function of them. */
export type RunName<P extends readonly unknown[]> = string | ((...args: P) => string);

interface CommonOptions<P extends readonly unknown[]> {
  runName?: RunName<P>;
  tags?: readonly string[];
  /** Attempts after the first. */
  retries?: number;
  timeout?: Duration;
  /** Grace period: time that a body has to end after its signal has aborted. Default: 5 s. */
  grace?: Duration;
  /** Ship console output of the body with its logs. */
  logConsole?: boolean;
  failOn?: FailOn;
}

export interface TaskRunOptions<P extends readonly unknown[] = readonly unknown[]> extends CommonOptions<P> {
  /** One delay, or one per retry, the last of which repeats; see `backoff`. */
  retryDelay?: Duration | readonly Duration[];
  /** Random factor: 0.5 extends each delay to up to 1.5 times. */
  retryJitter?: number;
  /** False ends the run without further attempts. */
  retryCondition?: (error: unknown, context: RetryContext) => boolean | Promise<boolean>;
  /** Runs that must complete before this one starts, though their results are not used. */
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
  /** What happens to submitted runs that are unfinished when the body ends: awaited (default) or cancelled. */
  drain?: "wait" | "cancel";
  /** Maximum concurrent submitted tasks. Default: 100. */
  taskConcurrency?: number;
}

export interface FlowOptions<P extends readonly unknown[] = readonly unknown[]>
  extends FlowRunOptions<P>,
    Hooks<FlowHook> {
  name?: string;
  description?: string;
  version?: string;
}
