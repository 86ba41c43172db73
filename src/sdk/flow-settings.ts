import type { FailOn } from "../rules/final-state.ts";
import { seconds } from "./duration.ts";
import { type HookTable, hookTable } from "./hooks.ts";
import { parameterNames } from "./parameters.ts";
import type { FlowHook, FlowOptions, FlowRunOptions } from "./run-options.ts";
import type { Place } from "./stack-frames.ts";
import type { StandardSchema } from "./standard-schema.ts";
import { defaultGrace, keyOf } from "./task-settings.ts";

type Body = (...args: never[]) => unknown;

/** What is fixed when a flow is defined. */
export interface FlowDefinition {
  readonly fn: Body;
  readonly name: string;
  /** Task key of the task run that represents it in a calling flow. */
  readonly key: string;
  readonly version: string | undefined;
  readonly names: readonly string[];
  readonly schema: StandardSchema | undefined;
  readonly hooks: HookTable<Parameters<FlowHook>[0]> | undefined;
  readonly description: string | undefined;
  /** Where it was defined. */
  readonly places: () => readonly Place[];
}

export interface FlowSettings {
  readonly runName: string | ((...args: never[]) => string) | undefined;
  readonly tags: readonly string[];
  readonly retries: number;
  /** Seconds. */
  readonly retryDelay: number;
  /** Seconds. */
  readonly timeout: number | undefined;
  /** Milliseconds. */
  readonly grace: number;
  readonly logConsole: boolean | undefined;
  readonly failOn: FailOn;
  readonly drain: "wait" | "cancel";
  readonly taskConcurrency: number;
}

type Sourced = Pick<
  FlowOptions,
  "version" | "description" | "onRunning" | "onCompletion" | "onFailure" | "onCancellation" | "onCrashed"
>;

export function defineFlow(
  options: Sourced & { name: string; params?: StandardSchema; places: () => readonly Place[] },
  fn: Body,
): FlowDefinition {
  const { name } = options;
  if (/[/%&><]/.test(name))
    throw new TypeError(`flow: expected a name without / % & > <, got ${JSON.stringify(name)}`);
  return {
    fn,
    name,
    key: keyOf(name, fn),
    version: options.version,
    names: parameterNames(fn),
    schema: options.params,
    hooks: hookTable(options),
    description: options.description,
    places: options.places,
  };
}

const defaultConcurrency = 100;

export function flowSettings(
  options: Partial<Omit<FlowRunOptions, "runName"> & Pick<FlowSettings, "runName">>,
): FlowSettings {
  return {
    runName: options.runName,
    tags: options.tags ?? [],
    retries: wholeNumber("retries", options.retries ?? 0, 0),
    retryDelay: seconds(options.retryDelay ?? 0, "retryDelay"),
    timeout: options.timeout === undefined ? undefined : seconds(options.timeout, "timeout"),
    grace: seconds(options.grace ?? defaultGrace, "grace") * 1000,
    logConsole: options.logConsole,
    failOn: options.failOn ?? "unobserved",
    drain: options.drain ?? "wait",
    taskConcurrency: wholeNumber("taskConcurrency", options.taskConcurrency ?? defaultConcurrency, 1),
  };
}

function wholeNumber(what: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new TypeError(`${what}: expected a whole number from ${least}, got ${value}`);
}
