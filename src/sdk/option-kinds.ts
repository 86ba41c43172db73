import { failOn } from "../rules/final-state.ts";
import { CollisionStrategy } from "../schema/deployments.ts";
import type { ConcurrencyOptions, RateLimitOptions } from "./concurrency.ts";
import type { DeploymentOptions, ScheduleOptions, ServeOptions } from "./deployments.ts";
import type { WaitOptions } from "./future.ts";
import {
  amount,
  anything,
  callback,
  date,
  duration,
  either,
  flag,
  inner,
  inners,
  type Kinds,
  list,
  listOf,
  name,
  oneOf,
  record,
  schema,
  signal,
  text,
  whole,
} from "./options.ts";
import type { PauseOptions } from "./pauses.ts";
import type { RunDeploymentOptions } from "./run-deployment.ts";
import type { StandardSchema } from "./standard-schema.ts";
import type { ManualOptions } from "./state.ts";
import type { FlowOptions, FlowRunOptions, TaskOptions, TaskRunOptions } from "./types.ts";

// What each function of the SDK takes as options. The types hold each table to the interface that editors show.

const texts = listOf(text, "texts");
const hook = either(callback, listOf(callback, "functions"));

const runKinds = {
  runName: either(name, callback),
  tags: texts,
  retries: whole(0),
  timeout: duration,
  grace: duration,
  logConsole: flag,
  failOn: oneOf(...failOn),
};
const hooks = {
  onRunning: hook,
  onCompletion: hook,
  onFailure: hook,
  onCancellation: hook,
  onCrashed: hook,
};
const described = { name, description: text, version: text, params: schema };

interface WithParams {
  params?: StandardSchema;
}
interface WithState {
  returnState?: boolean;
}

const taskRuns: Kinds<TaskRunOptions> = {
  ...runKinds,
  retryDelay: either(duration, listOf(duration, "such durations")),
  retryJitter: amount,
  retryCondition: callback,
  waitFor: list,
};
const flowRuns: Kinds<FlowRunOptions> = {
  ...runKinds,
  retryDelay: duration,
  drain: oneOf("wait", "cancel"),
  taskConcurrency: whole(1),
};
export const taskKinds: Kinds<TaskOptions & WithParams> = { ...taskRuns, ...hooks, ...described };
export const flowKinds: Kinds<FlowOptions & WithParams> = { ...flowRuns, ...hooks, ...described };
export const taskWithKinds: Kinds<TaskRunOptions & WithState> = { ...taskRuns, returnState: flag };
export const flowWithKinds: Kinds<FlowRunOptions & WithState> = { ...flowRuns, returnState: flag };

const scheduled = { cron: name, interval: duration, rrule: name, timezone: name };
const scheduleKinds: Kinds<ScheduleOptions> = {
  ...scheduled,
  anchor: date,
  active: flag,
  parameters: record,
  slug: name,
};
const limitKinds: Kinds<Exclude<NonNullable<DeploymentOptions["limit"]>, number>> = {
  limit: whole(0),
  collisionStrategy: oneOf(...CollisionStrategy.options),
  gracePeriod: duration,
};
export const deploymentKinds: Kinds<DeploymentOptions> = {
  ...scheduled,
  name,
  schedules: inners(scheduleKinds),
  parameters: record,
  limit: either(whole(0), inner(limitKinds)),
  tags: texts,
  description: text,
  version: text,
  paused: flag,
  workPool: name,
  workQueue: name,
  jobVariables: record,
  entrypoint: name,
};
export const serveKinds: Kinds<ServeOptions> = { limit: whole(1), pauseOnShutdown: flag };
export const runDeploymentKinds: Kinds<RunDeploymentOptions> = {
  parameters: record,
  wait: flag,
  runName: name,
  tags: texts,
  scheduledTime: date,
  idempotencyKey: name,
  jobVariables: record,
  workQueue: name,
};

export const rateLimitKinds: Kinds<RateLimitOptions> = { occupy: whole(1), timeout: duration, strict: flag };
export const concurrencyKinds: Kinds<ConcurrencyOptions> = { ...rateLimitKinds, lease: duration };
export const pauseKinds: Kinds<PauseOptions & { input?: StandardSchema }> = {
  timeout: duration,
  key: name,
  description: text,
  input: schema,
};
export const waitKinds: Kinds<WaitOptions> = { timeout: duration, signal };
export const resultKinds: Kinds<{ raiseOnFailure?: boolean }> = { raiseOnFailure: flag };
export const stateKinds: Kinds<ManualOptions<unknown>> = { name, message: text, data: anything };
export const blockKinds: Kinds<{ schema: StandardSchema }> = { schema };
export const backoffKinds: Kinds<{ max?: unknown }> = { max: duration };
