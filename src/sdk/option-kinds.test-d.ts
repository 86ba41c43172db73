import { expectTypeOf } from "vitest";
import type { ConcurrencyOptions, RateLimitOptions } from "./concurrency.ts";
import type { DeploymentOptions, ServeOptions } from "./deployment-options.ts";
import type { WaitOptions } from "./future.ts";
import type * as kinds from "./option-kinds.ts";
import type { PauseOptions } from "./pauses.ts";
import type { RunDeploymentOptions } from "./run-deployment.ts";
import type { FlowOptions, FlowRunOptions, TaskOptions, TaskRunOptions } from "./run-options.ts";
import type { ManualOptions } from "./state.ts";

// Options checked at run time are exactly those of the types.

type Kinds = typeof kinds;
type Names<K extends keyof Kinds> = keyof Kinds[K];

expectTypeOf<Names<"taskKinds">>().toEqualTypeOf<keyof TaskOptions | "params">();
expectTypeOf<Names<"flowKinds">>().toEqualTypeOf<keyof FlowOptions | "params">();
expectTypeOf<Names<"taskWithKinds">>().toEqualTypeOf<keyof TaskRunOptions | "returnState">();
expectTypeOf<Names<"flowWithKinds">>().toEqualTypeOf<keyof FlowRunOptions | "returnState">();
expectTypeOf<Names<"deploymentKinds">>().toEqualTypeOf<keyof DeploymentOptions>();
expectTypeOf<Names<"scheduleKinds">>().toEqualTypeOf<
  keyof NonNullable<DeploymentOptions["schedules"]>[number]
>();
expectTypeOf<Names<"limitKinds">>().toEqualTypeOf<
  keyof Exclude<NonNullable<DeploymentOptions["limit"]>, number>
>();
expectTypeOf<Names<"serveKinds">>().toEqualTypeOf<keyof ServeOptions>();
expectTypeOf<Names<"runDeploymentKinds">>().toEqualTypeOf<keyof RunDeploymentOptions>();
expectTypeOf<Names<"rateLimitKinds">>().toEqualTypeOf<keyof RateLimitOptions>();
expectTypeOf<Names<"concurrencyKinds">>().toEqualTypeOf<keyof ConcurrencyOptions>();
expectTypeOf<Names<"pauseKinds">>().toEqualTypeOf<keyof PauseOptions | "input">();
expectTypeOf<Names<"waitKinds">>().toEqualTypeOf<keyof WaitOptions>();
expectTypeOf<Names<"stateKinds">>().toEqualTypeOf<keyof ManualOptions<unknown>>();
