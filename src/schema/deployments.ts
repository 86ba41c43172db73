import { z } from "zod";
import { GlobalLimit } from "./concurrency-limits.ts";
import { relatedFilters } from "./filters.ts";
import { CreatedBy, FlowRun, FlowRunPolicy } from "./flow-runs.ts";
import { flowSorts } from "./flows.ts";
import { routes } from "./route.ts";
import {
  BulkLimit,
  byId,
  Json,
  Labels,
  Limit,
  Name,
  Nothing,
  Offset,
  optional,
  Page,
  pageOf,
  rowShape,
  Seconds,
  Tags,
  Time,
  Uuid,
  withDefault,
} from "./scalars.ts";
import { Schedule } from "./schedules.ts";
import { StateCreate } from "./states.ts";
import { WorkQueue } from "./work-queues.ts";

/** What happens to a run without a free slot: it waits, or ends as cancelled. */
export const CollisionStrategy = z.enum(["ENQUEUE", "CANCEL_NEW"]);
export type CollisionStrategy = z.infer<typeof CollisionStrategy>;
export const ConcurrencyOptions = z.strictObject({
  collision_strategy: CollisionStrategy,
  /** How long a slot is held for a run that does not show a heartbeat; 300 s when null. */
  grace_period_seconds: optional(z.int().min(60).max(86_400)),
});
export type ConcurrencyOptions = z.infer<typeof ConcurrencyOptions>;

export const DeploymentSchedule = z.object({
  ...rowShape,
  deployment_id: z.string().nullable(),
  schedule: Schedule,
  active: z.boolean(),
  max_scheduled_runs: z.int().nullable(),
  /** Override the deployment's for runs of this schedule. */
  parameters: Json,
  /** Unique among the schedules of its deployment. */
  slug: z.string().nullable(),
});
export type DeploymentSchedule = z.infer<typeof DeploymentSchedule>;

/** In order of creation: Prefect's server lists the last changed first. */
export const inOrderOfCreation = (schedules: readonly DeploymentSchedule[]): DeploymentSchedule[] =>
  schedules.toSorted((a, b) => {
    const [first, second] = [a, b].map(({ created, id }) => `${created ?? ""} ${id}`);
    return (first ?? "") < (second ?? "") ? -1 : 1;
  });

export const DeploymentStatus = z.enum(["READY", "NOT_READY"]);

export const Deployment = z.object({
  ...rowShape,
  name: z.string(),
  version: z.string().nullable(),
  description: z.string().nullable(),
  flow_id: z.string(),
  paused: z.boolean(),
  /** Newest change first. */
  schedules: z.array(DeploymentSchedule),
  /** Always null: `global_concurrency_limit` has replaced it. */
  concurrency_limit: z.int().nullable(),
  global_concurrency_limit: GlobalLimit.nullable(),
  concurrency_options: ConcurrencyOptions.nullable(),
  job_variables: Json,
  parameters: Json,
  tags: z.array(z.string()),
  labels: Labels,
  work_pool_name: z.string().nullable(),
  work_queue_name: z.string().nullable(),
  work_queue_id: z.string().nullable(),
  /** Last poll by a worker or a serving process. */
  last_polled: z.string().nullable(),
  /** JSON schema of the parameters. */
  parameter_openapi_schema: Json.nullable(),
  enforce_parameter_schema: z.boolean(),
  path: z.string().nullable(),
  /** `file.ts:export`. */
  entrypoint: z.string().nullable(),
  pull_steps: z.array(Json).nullable(),
  storage_document_id: z.string().nullable(),
  infrastructure_document_id: z.string().nullable(),
  created_by: CreatedBy.nullable(),
  updated_by: CreatedBy.nullable(),
  status: DeploymentStatus,
});
export type Deployment = z.infer<typeof Deployment>;

/** Most scheduled runs in advance. */
const maxScheduled = 50;
const MaxRuns = z
  .int()
  .positive()
  .max(maxScheduled, `expected at most ${maxScheduled} scheduled runs`)
  .nullish();
const VersionInfo = z.looseObject({ type: z.string(), version: z.string() });

export const ScheduleCreate = z.strictObject({
  schedule: Schedule,
  active: withDefault(z.boolean(), () => true),
  max_scheduled_runs: MaxRuns,
  parameters: withDefault(Json, () => ({})),
  slug: optional(z.string()),
  /** The previous slug of this schedule. */
  replaces: optional(z.string()),
});
export type ScheduleCreate = z.infer<typeof ScheduleCreate>;

export const ScheduleUpdate = z.strictObject({
  schedule: Schedule.nullish(),
  active: z.boolean().nullish(),
  max_scheduled_runs: MaxRuns,
  parameters: Json.nullish(),
  slug: z.string().nullish(),
  replaces: z.string().nullish(),
});
export type ScheduleUpdate = z.infer<typeof ScheduleUpdate>;

const limits = {
  concurrency_limit: z.int32().positive().nullish(),
  global_concurrency_limit_id: Uuid.nullish(),
};
const oneLimit = (input: { concurrency_limit?: unknown; global_concurrency_limit_id?: unknown }) =>
  !(input.concurrency_limit && input.global_concurrency_limit_id);
const oneLimitOnly = "expected either concurrency_limit or global_concurrency_limit_id, got both";

/** An existing deployment keeps omitted keys, except schedules and parameters. */
export const DeploymentCreate = z
  .strictObject({
    name: Name,
    flow_id: Uuid,
    paused: z.boolean().nullish(),
    schedules: withDefault(z.array(ScheduleCreate), () => []),
    ...limits,
    concurrency_options: ConcurrencyOptions.nullish(),
    enforce_parameter_schema: z.boolean().nullish(),
    parameter_openapi_schema: Json.nullish(),
    parameters: Json.nullish(),
    tags: z.array(z.string()).nullish(),
    labels: Labels.nullish(),
    pull_steps: z.array(Json).nullish(),
    work_queue_name: z.string().nullish(),
    work_pool_name: z.string().nullish(),
    storage_document_id: Uuid.nullish(),
    infrastructure_document_id: Uuid.nullish(),
    description: z.string().nullish(),
    path: z.string().nullish(),
    version: z.string().nullish(),
    entrypoint: z.string().nullish(),
    job_variables: Json.nullish(),
    version_info: VersionInfo.nullish(),
  })
  .refine(oneLimit, oneLimitOnly);
export type DeploymentCreate = z.infer<typeof DeploymentCreate>;

const DeploymentUpdate = z
  .strictObject({
    id: Uuid,
    version: z.string().nullish(),
    description: z.string().nullish(),
    paused: z.boolean().nullish(),
    schedules: z.array(ScheduleUpdate).nullish(),
    ...limits,
    concurrency_options: ConcurrencyOptions.nullish(),
    parameters: Json.nullish(),
    parameter_openapi_schema: Json.nullish(),
    tags: z.array(z.string()).nullish(),
    work_queue_name: z.string().nullish(),
    work_pool_name: z.string().nullish(),
    path: z.string().nullish(),
    job_variables: Json.nullish(),
    pull_steps: z.array(Json).nullish(),
    entrypoint: z.string().nullish(),
    storage_document_id: Uuid.nullish(),
    infrastructure_document_id: Uuid.nullish(),
    enforce_parameter_schema: z.boolean().nullish(),
    version_info: VersionInfo.nullish(),
  })
  .refine(oneLimit, oneLimitOnly);

/** A run requested by a user or program; omitted keys come from the deployment. */
const newFlowRun = {
  state: optional(StateCreate),
  name: optional(z.string()),
  parameters: withDefault(Json, () => ({})),
  enforce_parameter_schema: z.boolean().nullish(),
  context: withDefault(Json, () => ({})),
  infrastructure_document_id: optional(Uuid),
  empirical_policy: withDefault(FlowRunPolicy, () => FlowRunPolicy.parse({})),
  tags: Tags,
  idempotency_key: optional(z.string()),
  labels: optional(Labels),
  parent_task_run_id: optional(Uuid),
  work_queue_name: optional(z.string()),
  job_variables: optional(Json),
};

/** Most runs in one request. */
const maxAtOnce = 100;
const CreateResult = z.object({
  flow_run_id: z.string().nullable(),
  status: z.enum(["CREATED", "FAILED"]),
  error: z.string().nullable(),
});
export type CreateResult = z.infer<typeof CreateResult>;

const scheduleOf = z.object({ id: Uuid, schedule_id: Uuid });

/** `STATUS_ASC` is ours: what is not served first, what is paused last. */
export const deploymentSorts = [...flowSorts, "STATUS_ASC"] as const;
const DeploymentSort = withDefault(z.enum(deploymentSorts), () => "NAME_ASC" as const);

export const deployments = routes("deployments", {
  create: {
    method: "POST",
    path: "/deployments/",
    input: DeploymentCreate,
    output: Deployment,
    status: 201,
  },
  read: { method: "GET", path: "/deployments/:id", input: byId, output: Deployment },
  readByName: {
    method: "GET",
    path: "/deployments/name/:flow_name/:deployment_name",
    input: z.object({ flow_name: z.string(), deployment_name: z.string() }),
    output: Deployment,
  },
  update: {
    method: "PATCH",
    path: "/deployments/:id",
    input: DeploymentUpdate,
    output: Nothing,
    status: 204,
  },
  delete: { method: "DELETE", path: "/deployments/:id", input: byId, output: Nothing, status: 204 },
  bulkDelete: {
    method: "POST",
    path: "/deployments/bulk_delete",
    input: z.object({
      deployments: relatedFilters.deployments,
      limit: BulkLimit,
    }),
    output: z.object({ deleted: z.array(z.string()) }),
  },
  filter: {
    method: "POST",
    path: "/deployments/filter",
    input: z.object({ ...relatedFilters, sort: DeploymentSort, limit: Limit, offset: Offset }),
    output: z.array(Deployment),
  },
  count: { method: "POST", path: "/deployments/count", input: z.object(relatedFilters), output: z.int() },
  paginate: {
    method: "POST",
    path: "/deployments/paginate",
    input: z.object({ ...relatedFilters, sort: DeploymentSort, limit: Limit, page: Page }),
    output: pageOf(Deployment),
  },
  scheduledRuns: {
    method: "POST",
    path: "/deployments/get_scheduled_flow_runs",
    input: z.object({
      deployment_ids: z.array(Uuid),
      scheduled_before: optional(Time),
      limit: Limit,
    }),
    output: z.array(FlowRun),
  },
  createFlowRun: {
    method: "POST",
    path: "/deployments/:id/create_flow_run",
    input: z.strictObject({ id: Uuid, ...newFlowRun }),
    output: FlowRun,
    status: 201,
  },
  createFlowRuns: {
    method: "POST",
    path: "/deployments/:id/create_flow_run/bulk",
    input: z.object({ id: Uuid, flow_runs: z.array(z.strictObject(newFlowRun)).max(maxAtOnce) }),
    bodyKey: "flow_runs",
    output: z.object({ results: z.array(CreateResult) }),
  },
  /** The queue of its runs. */
  listQueues: {
    method: "GET",
    path: "/deployments/:id/work_queue_check",
    input: byId,
    output: z.array(WorkQueue),
  },
  schedule: {
    method: "POST",
    path: "/deployments/:id/schedule",
    input: z.object({
      id: Uuid,
      start_time: optional(Time),
      end_time: optional(Time),
      min_time: optional(Seconds),
      min_runs: optional(z.int32().min(0)),
      max_runs: optional(z.int32().min(0)),
    }),
    output: z.null(),
  },
  pause: { method: "POST", path: "/deployments/:id/pause_deployment", input: byId, output: z.null() },
  resume: { method: "POST", path: "/deployments/:id/resume_deployment", input: byId, output: z.null() },
  listSchedules: {
    method: "GET",
    path: "/deployments/:id/schedules",
    input: byId,
    output: z.array(DeploymentSchedule),
  },
  createSchedules: {
    method: "POST",
    path: "/deployments/:id/schedules",
    input: z.object({ id: Uuid, schedules: z.array(ScheduleCreate) }),
    bodyKey: "schedules",
    output: z.array(DeploymentSchedule),
    status: 201,
  },
  updateSchedule: {
    method: "PATCH",
    path: "/deployments/:id/schedules/:schedule_id",
    input: z.strictObject({ ...scheduleOf.shape, ...ScheduleUpdate.shape }),
    output: Nothing,
    status: 204,
  },
  deleteSchedule: {
    method: "DELETE",
    path: "/deployments/:id/schedules/:schedule_id",
    input: scheduleOf,
    output: Nothing,
    status: 204,
  },
});
export type DeploymentUpdate = z.output<typeof DeploymentUpdate>;
