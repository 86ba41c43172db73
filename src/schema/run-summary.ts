import { z } from "zod";
import { ErrorLink } from "./events.ts";
import { FailureCause } from "./failures.ts";
import { Log } from "./logs.ts";
import { routes } from "./route.ts";
import { byId } from "./scalars.ts";
import { StateType } from "./states.ts";
import { Waiting } from "./waiting.ts";

// What the head of a run's page tells, in one answer. Praetor only.

/** Most latest runs of the deployment or flow that are looked at. */
export const mostEarlierRuns = 50;
/** Most errors, error lines and last lines of a failure. */
export const mostReportedErrors = 100;
export const mostErrorLines = 50;
export const mostLastLines = 8;
/** Most parameters that are named as different, and most characters of their values. */
export const mostChanges = 12;
export const longestValue = 160;

/** An error that a run or one of its tasks met, as its SDK told it. */
const ReportedError = z.object({
  run_id: z.string(),
  is_task: z.boolean(),
  occurred: z.string(),
  chain: z.array(ErrorLink),
});

/** A parameter with another value than in the run compared with; values as JSON, null where there is none. */
const ParameterChange = z.object({
  name: z.string(),
  before: z.string().nullable(),
  now: z.string().nullable(),
});
export type ParameterChange = z.infer<typeof ParameterChange>;

/** The latest run of the same deployment or flow that began earlier and completed. */
const LastCompleted = z.object({
  id: z.string(),
  name: z.string(),
  start_time: z.string().nullable(),
  seconds: z.number(),
  flow_version: z.string().nullable(),
  changes: z.array(ParameterChange),
  /** Also those that are not listed. */
  change_count: z.int(),
});
export type LastCompleted = z.infer<typeof LastCompleted>;

/** The failure group of the cause. */
const GroupBrief = z.object({
  id: z.string(),
  count: z.int(),
  flow_runs: z.int(),
  first_seen: z.string(),
  last_seen: z.string(),
  /** Of the flow, when the failure was first seen; null where the run has none or was deleted. */
  first_version: z.string().nullable(),
});
export type GroupBrief = z.infer<typeof GroupBrief>;

export const RunFailure = z.object({
  cause: FailureCause,
  /** Of all flow runs on the path to the cause, oldest first. */
  errors: z.array(ReportedError),
  /** Lines of level error, oldest first; read only where no SDK told of an error. */
  error_lines: z.array(Log),
  /** Of the task or flow that failed, oldest first. */
  last_lines: z.array(Log),
  /** Null until the failure is in a group. */
  group: GroupBrief.nullable(),
  last_completed: LastCompleted.nullable(),
});
export type RunFailure = z.infer<typeof RunFailure>;

export const RunSummary = z.object({
  flow_run_id: z.string(),
  flow_name: z.string().nullable(),
  deployment_name: z.string().nullable(),
  /** How many task runs are in which state; of those that stand for subflows, the subflow's. */
  tasks: z.array(z.object({ state_type: StateType, state_name: z.string(), count: z.int() })),
  /** Seconds that the latest completed runs took. */
  durations: z.array(z.number()),
  /** Null for a run that does not wait. */
  waiting: Waiting.nullable(),
  /** Null for a run that has not failed. */
  failure: RunFailure.nullable(),
});
export type RunSummary = z.infer<typeof RunSummary>;

export const runSummary = routes("run-summary", {
  show: { method: "GET", path: "/praetor/flow_runs/:id/summary", input: byId, output: RunSummary },
});
