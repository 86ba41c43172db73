import { z } from "zod";
import { ErrorLink } from "./events.ts";
import { DeploymentFilter, FlowFilter } from "./filters.ts";
import { routes } from "./route.ts";
import { byId, Limit, Offset, optional, Time, Uuid, withDefault } from "./scalars.ts";
import { StateType } from "./states.ts";
import { RunRef } from "./waiting.ts";

// Failures that differ only in ids and numbers, counted together. Praetor only.

/** A place in the code, without what differs from machine to machine. */
export const FailureFrame = z.object({ file: z.string(), function: z.string().nullable() });
export type FailureFrame = z.infer<typeof FailureFrame>;

export const failureStatuses = ["open", "resolved", "ignored"] as const;
const FailureStatus = z.enum(failureStatuses);
export type FailureStatus = z.infer<typeof FailureStatus>;

/** Events about a group when failures are added to it, none while it is ignored. */
export const failureGroupEvents = {
  /** The first of its kind. */
  created: "praetor.failure-group.created",
  seen: "praetor.failure-group.seen",
  /** Failed again after it was resolved. */
  reopened: "praetor.failure-group.reopened",
} as const;

/** The id of a group as a resource of events. */
export const failureGroupResource = (id: string): string => `praetor.failure-group.${id}`;

const Touched = z.object({ id: z.string(), name: z.string(), count: z.int() });

export const FailureGroup = z.object({
  id: z.string(),
  created: z.string(),
  updated: z.string(),
  error_type: z.string(),
  /** Of the first that was seen. */
  message: z.string(),
  /** Innermost first; empty when unknown. */
  frames: z.array(FailureFrame),
  status: FailureStatus,
  status_since: z.string(),
  /** Of an ignored group: when it is open again; null for never. */
  ignored_until: z.string().nullable(),
  /** When it recurred after it was resolved. */
  regressed: z.string().nullable(),
  /**
   * Failures of flow runs and task runs, ever; runs that were deleted since are among them. The failure of a flow run
   * that failed with one of its tasks or subflows is the same failure: it is listed, and not counted.
   */
  count: z.int(),
  /** Different flow runs among them. */
  flow_runs: z.int(),
  first_seen: z.string(),
  last_seen: z.string(),
  /** Null when the run was deleted since. */
  first_run: RunRef.nullable(),
  last_run: RunRef.nullable(),
  /** The most affected ones. */
  flows: z.array(Touched),
  deployments: z.array(Touched),
  /** By the key of the task. */
  tasks: z.array(Touched),
  /** Versions of the flows. */
  versions: z.array(Touched),
  /** Failures in the requested period, per interval; empty intervals are omitted. */
  recent: z.int(),
  counts: z.array(z.object({ time: z.string(), count: z.int() })),
});
export type FailureGroup = z.infer<typeof FailureGroup>;

/** One failure of a group. */
export const FailedRun = z.object({
  run: RunRef,
  flow_id: z.string().nullable(),
  deployment_id: z.string().nullable(),
  occurred: z.string(),
  state_type: StateType,
  state_name: z.string(),
  message: z.string().nullable(),
});
export type FailedRun = z.infer<typeof FailedRun>;

const ids = z.array(Uuid).max(200).nullish();
/** Interval length and period of the counts; the default period is the last week. */
const counted = {
  after_: optional(Time),
  before_: optional(Time),
  counts_by: withDefault(z.enum(["hour", "day"]), () => "hour" as const),
};

const FailureFilter = z.object({
  ...counted,
  flow_ids: ids,
  deployment_ids: ids,
  /** Groups with failures in such flows or deployments. */
  flows: FlowFilter.nullish(),
  deployments: DeploymentFilter.nullish(),
  status: z.array(FailureStatus).nullish(),
  /** Of type and message, in the grammar of event texts. */
  text: z.string().max(200).nullish(),
  /** Only groups in which flow runs failed, by themselves or with a task; not handled failures. */
  fails_flow_runs: z.boolean().nullish(),
});

/** One run on the path to the cause. */
const FailedFlowRun = z.object({
  id: z.string(),
  name: z.string(),
  flow_name: z.string(),
  message: z.string().nullable(),
});

/** The cause of a flow run's failure, through any number of subflows. */
export const FailureCause = z.object({
  /** The flow run itself, then the subflow that failed in it, and so on to the one whose own code or task failed. */
  path: z.array(FailedFlowRun),
  /** The first task of the last flow run that failed for good; null where the flow's own code did. */
  task: z
    .object({
      id: z.string(),
      name: z.string(),
      run_count: z.int(),
      end_time: z.string().nullable(),
      state_name: z.string().nullable(),
      message: z.string().nullable(),
    })
    .nullable(),
});
export type FailureCause = z.infer<typeof FailureCause>;

/** The newest failure of a group whose error is known, as the SDK reported it or as its log has it. */
export const FailureError = z.object({
  run: RunRef,
  occurred: z.string(),
  /** The thrown error first, then its causes; empty where only the message of the state is known. */
  chain: z.array(ErrorLink),
  message: z.string().nullable(),
});
export type FailureError = z.infer<typeof FailureError>;

export const commonKinds = ["parameter", "tag", "version", "deployment", "work-queue"] as const;

/** A value that failed flow runs share, and how many of the flow's completed runs have it. */
export const CommonValue = z.object({
  kind: z.enum(commonKinds),
  /** Of the parameter. */
  name: z.string(),
  value: z.string(),
  failed: z.int(),
  completed: z.int(),
});
export type CommonValue = z.infer<typeof CommonValue>;

/** The newest flow runs of a group beside the newest completed runs of the flow that fails most. */
export const CommonValues = z.object({
  failed: z.int(),
  completed: z.int(),
  flow: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Those that tell the two apart best first. */
  values: z.array(CommonValue),
});
export type CommonValues = z.infer<typeof CommonValues>;

const statusChange = {
  status: FailureStatus,
  /** Only with `ignored`: it is open again from then on. */
  ignored_until: optional(Time),
};
const hasUntil = ({ status, ignored_until }: { status: FailureStatus; ignored_until: string | null }) =>
  status === "ignored" || ignored_until === null;
const needsIgnored = {
  path: ["ignored_until"],
  error: "expected none unless the status is ignored",
};

export const failures = routes("failures", {
  /** Groups with failures in the period. */
  filter: {
    method: "POST",
    path: "/praetor/failures/filter",
    input: FailureFilter.extend({
      sort: withDefault(
        z.enum(["LAST_SEEN_DESC", "FIRST_SEEN_DESC", "COUNT_DESC"]),
        () => "LAST_SEEN_DESC" as const,
      ),
      limit: Limit,
      offset: Offset,
    }),
    output: z.array(FailureGroup),
  },
  count: { method: "POST", path: "/praetor/failures/count", input: FailureFilter, output: z.int() },
  read: {
    method: "GET",
    path: "/praetor/failures/:id",
    input: byId.extend(counted),
    output: FailureGroup,
  },
  /** For a flow run that failed or crashed. */
  cause: { method: "GET", path: "/praetor/flow_runs/:id/cause", input: byId, output: FailureCause },
  /** Newest first; `after` is the `next` of the page before. */
  runs: {
    method: "POST",
    path: "/praetor/failures/:id/runs",
    input: byId.extend({ limit: Limit, after: z.string().nullish() }),
    output: z.object({ runs: z.array(FailedRun), next: z.string().nullable() }),
  },
  update: {
    method: "PATCH",
    path: "/praetor/failures/:id",
    input: byId.extend(statusChange).refine(hasUntil, needsIgnored),
    output: z.undefined(),
    status: 204,
  },
  /** Of several groups at once; ids without a group are left out of the count. */
  updateMany: {
    method: "POST",
    path: "/praetor/failures/update",
    input: z.object({ ids: z.array(Uuid).min(1).max(200), ...statusChange }).refine(hasUntil, needsIgnored),
    output: z.object({ updated: z.int() }),
  },
  /** Null where no run of the group is left. */
  error: {
    method: "GET",
    path: "/praetor/failures/:id/error",
    input: byId,
    output: FailureError.nullable(),
  },
  common: { method: "GET", path: "/praetor/failures/:id/common", input: byId, output: CommonValues },
});
