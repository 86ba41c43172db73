import "./node-version.ts";

import { connectThrough } from "./sdk/session.ts";

export { allowFailure, backoff, opaque, quote, unmapped } from "./sdk/arguments.ts";
export { block, secret } from "./sdk/blocks.ts";
export { type ConcurrencyOptions, concurrency, type Lease, rateLimit } from "./sdk/concurrency.ts";
export { type RunContext, runContext, runLogger, tags } from "./sdk/context.ts";
export type {
  DeployedFlow,
  DeploymentOptions,
  FlowDeployment,
  ScheduleOptions,
  ServeOptions,
} from "./sdk/deployment-options.ts";
export { serve } from "./sdk/deployments.ts";
export type { Duration } from "./sdk/duration.ts";
export { flow } from "./sdk/flow.ts";
export { Future, type WaitOptions } from "./sdk/future.ts";
export { FutureList } from "./sdk/future-list.ts";
export { UpstreamError } from "./sdk/inputs.ts";
export type { Logger } from "./sdk/logger.ts";
export { type PauseOptions, pause, suspend } from "./sdk/pauses.ts";
export { DeploymentRun, type RunDeploymentOptions, runDeployment } from "./sdk/run-deployment.ts";
export type {
  FlowHook,
  FlowOptions,
  RetryContext,
  RunInfo,
  TaskHook,
  TaskOptions,
} from "./sdk/run-options.ts";
export { closeSession } from "./sdk/session.ts";
export { SlotTimeoutError } from "./sdk/slots.ts";
export { ParameterError, type StandardSchema } from "./sdk/standard-schema.ts";
export { cancelled, completed, failed, RunStateError, State } from "./sdk/state.ts";
export { task } from "./sdk/task.ts";
export type { Flow, Task } from "./sdk/types.ts";
export { variable } from "./sdk/variables.ts";

connectThrough(async () => (await import("./local.ts")).connect());
