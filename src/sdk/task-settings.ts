import { createHash } from "node:crypto";
import type { FailOn } from "../rules/final-state.ts";
import type { RetryPlan } from "../rules/retry.ts";
import { maxDelays } from "../rules/retry.ts";
import type { TaskRunPolicy } from "../schema/task-runs.ts";
import { seconds } from "./duration.ts";
import { type HookTable, hookTable } from "./hooks.ts";
import { parameterNames } from "./parameters.ts";
import type { RetryContext, TaskHook, TaskOptions, TaskRunOptions } from "./run-options.ts";
import type { StandardSchema } from "./standard-schema.ts";

type Body = (...args: never[]) => unknown;

/** What is fixed when a task is defined. */
export interface TaskDefinition {
  readonly fn: Body;
  readonly name: string;
  readonly key: string;
  readonly version: string | undefined;
  readonly names: readonly string[];
  readonly schema: StandardSchema | undefined;
  readonly hooks: HookTable<Parameters<TaskHook>[0]> | undefined;
}

/** Options that `with` may change, normalised. */
export interface TaskSettings {
  readonly runName: string | ((...args: never[]) => string) | undefined;
  readonly tags: readonly string[];
  readonly retry: RetryPlan;
  readonly retryCondition:
    | ((error: unknown, context: RetryContext) => boolean | Promise<boolean>)
    | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
  /** Milliseconds. */
  readonly grace: number;
  readonly logConsole: boolean | undefined;
  readonly failOn: FailOn;
  readonly waitFor: readonly unknown[] | undefined;
  readonly policy: TaskRunPolicy;
}

export function defineTask(
  options: Omit<TaskOptions, "runName"> & { name: string; params?: StandardSchema },
  fn: Body,
): TaskDefinition {
  const { name } = options;
  return {
    fn,
    name,
    key: keyOf(name, fn),
    version: options.version,
    names: parameterNames(fn),
    schema: options.params,
    hooks: hookTable(options),
  };
}

/** Stable across processes: the name and a hash of the source. */
export const keyOf = (name: string, fn: Body): string =>
  `${name}-${createHash("sha256").update(fn.toString()).digest("hex").slice(0, 8)}`;

export const defaultGrace = 5;

type AnyTaskRunOptions = Omit<TaskRunOptions, "runName"> & Pick<TaskSettings, "runName">;

export function taskSettings(options: Partial<AnyTaskRunOptions>): TaskSettings {
  const retry = retryPlan(options);
  const { retries, delay, jitter } = retry;
  return {
    runName: options.runName,
    tags: options.tags ?? [],
    retry,
    retryCondition: options.retryCondition,
    timeout: options.timeout === undefined ? undefined : seconds(options.timeout, "timeout"),
    grace: seconds(options.grace ?? defaultGrace, "grace") * 1000,
    logConsole: options.logConsole,
    failOn: options.failOn ?? "unobserved",
    waitFor: options.waitFor,
    policy: {
      max_retries: 0,
      retry_delay_seconds: 0,
      retries,
      retry_delay: typeof delay === "number" ? delay : delay.slice(0, maxDelays),
      retry_jitter_factor: jitter > 0 ? jitter : null,
    },
  };
}

function retryPlan({ retries = 0, retryDelay = 0, retryJitter = 0 }: Partial<AnyTaskRunOptions>): RetryPlan {
  if (!Number.isInteger(retries) || retries < 0)
    throw new TypeError(`retries: expected a whole number from 0, got ${retries}`);
  if (!(retryJitter >= 0)) throw new TypeError(`retryJitter: expected a number from 0, got ${retryJitter}`);
  const delay = Array.isArray(retryDelay)
    ? retryDelay.map((one) => seconds(one, "retryDelay"))
    : seconds(single(retryDelay), "retryDelay");
  return { retries, delay, jitter: retryJitter };
}

const single = (delay: NonNullable<TaskRunOptions["retryDelay"]>) => (typeof delay === "object" ? 0 : delay);
