import { z } from "zod";
import { historyFilters, relatedFilters } from "./filters.ts";
import { routes } from "./route.ts";
import { FlowRunPolicy } from "./run-policies.ts";
import {
  AnyJson,
  BulkLimit,
  byId,
  Json,
  Labels,
  Limit,
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
import {
  OrchestrationDetails,
  OrchestrationResult,
  SetStateStatus,
  State,
  StateCreate,
  StateType,
  setStateShape,
} from "./states.ts";

export { FlowRunPolicy };

export const CreatedBy = z.object({
  id: z.string().nullable(),
  type: z.string().nullable(),
  display_value: z.string().nullable(),
});

/** Fields that flow runs and task runs share: what lists, badges and timelines need. */
export const runShape = {
  ...rowShape,
  name: z.string(),
  tags: z.array(z.string()),
  labels: Labels,
  state_id: z.string().nullable(),
  state_type: StateType.nullable(),
  state_name: z.string().nullable(),
  run_count: z.int(),
  expected_start_time: z.string().nullable(),
  next_scheduled_start_time: z.string().nullable(),
  start_time: z.string().nullable(),
  end_time: z.string().nullable(),
  total_run_time: z.number(),
  estimated_run_time: z.number(),
  estimated_start_time_delta: z.number(),
  state: State.nullable(),
};

export const FlowRun = z.object({
  ...runShape,
  flow_id: z.string(),
  deployment_id: z.string().nullable(),
  deployment_version: z.string().nullable(),
  work_queue_id: z.string().nullable(),
  work_queue_name: z.string().nullable(),
  work_pool_id: z.string().nullable(),
  work_pool_name: z.string().nullable(),
  flow_version: z.string().nullable(),
  parameters: Json,
  idempotency_key: z.string().nullable(),
  context: Json,
  empirical_policy: FlowRunPolicy,
  parent_task_run_id: z.string().nullable(),
  auto_scheduled: z.boolean(),
  infrastructure_document_id: z.string().nullable(),
  infrastructure_pid: z.string().nullable(),
  created_by: CreatedBy.nullable(),
  job_variables: Json.nullable(),
});
export type FlowRun = z.infer<typeof FlowRun>;

export const flowRunSorts = [
  "ID_DESC",
  "START_TIME_ASC",
  "START_TIME_DESC",
  "EXPECTED_START_TIME_ASC",
  "EXPECTED_START_TIME_DESC",
  "NAME_ASC",
  "NAME_DESC",
  "NEXT_SCHEDULED_START_TIME_ASC",
  "END_TIME_DESC",
  // Praetor only; a Prefect server refuses them.
  "DURATION_DESC",
  "DURATION_ASC",
] as const;
export const FlowRunSort = withDefault(z.enum(flowRunSorts), () => "ID_DESC" as const);

export const FlowRunCreate = z.strictObject({
  flow_id: Uuid,
  name: optional(z.string()),
  state: optional(StateCreate),
  deployment_id: optional(Uuid),
  flow_version: optional(z.string()),
  parameters: withDefault(Json, () => ({})),
  context: withDefault(Json, () => ({})),
  parent_task_run_id: optional(Uuid),
  infrastructure_document_id: optional(Uuid),
  empirical_policy: withDefault(FlowRunPolicy, () => FlowRunPolicy.parse({})),
  tags: Tags,
  labels: optional(Labels),
  idempotency_key: optional(z.string()),
  work_pool_name: optional(z.string()),
  work_queue_name: optional(z.string()),
  job_variables: optional(Json),
});

export const HistoryState = z.object({
  state_type: StateType,
  state_name: z.string(),
  count_runs: z.int(),
  sum_estimated_run_time: z.number(),
  sum_estimated_lateness: z.number(),
});
export const HistoryInterval = z.object({
  interval_start: z.string(),
  interval_end: z.string(),
  states: z.array(HistoryState),
});
export type HistoryInterval = z.infer<typeof HistoryInterval>;
export const historyInput = z.object({
  ...historyFilters,
  history_start: Time,
  history_end: Time,
  history_interval_seconds: Seconds,
});

export const FlowRunInput = z.object({
  ...rowShape,
  flow_run_id: z.string(),
  key: z.string(),
  value: z.string(),
  sender: z.string().nullable(),
});
export type FlowRunInput = z.infer<typeof FlowRunInput>;
const BulkResult = z.object({
  flow_run_id: z.string(),
  status: SetStateStatus,
  state: State.nullable(),
  details: OrchestrationDetails,
});
const inputKey = z.string().regex(/^[A-Za-z0-9-]+$/, "expected letters, digits and dashes");
const oneInput = z.object({ id: Uuid, key: z.string() });

export const flowRuns = routes("flow-runs", {
  create: { method: "POST", path: "/flow_runs/", input: FlowRunCreate, output: FlowRun, status: 201 },
  read: { method: "GET", path: "/flow_runs/:id", input: byId, output: FlowRun },
  update: {
    method: "PATCH",
    path: "/flow_runs/:id",
    input: z.strictObject({
      id: Uuid,
      name: z.string().nullish(),
      flow_version: z.string().nullish(),
      parameters: Json.optional(),
      empirical_policy: FlowRunPolicy.optional(),
      tags: z.array(z.string()).optional(),
      infrastructure_pid: z.string().nullish(),
      job_variables: Json.nullish(),
    }),
    output: Nothing,
    status: 204,
  },
  /** Merges the labels with those that the run has. */
  updateLabels: {
    method: "PATCH",
    path: "/flow_runs/:id/labels",
    input: z.object({ id: Uuid, labels: Labels }),
    bodyKey: "labels",
    output: Nothing,
    status: 204,
  },
  setState: {
    method: "POST",
    path: "/flow_runs/:id/set_state",
    isReport: true,
    isFenced: true,
    input: z.object(setStateShape),
    output: OrchestrationResult,
  },
  resume: {
    method: "POST",
    path: "/flow_runs/:id/resume",
    input: z.object({ id: Uuid, run_input: optional(Json) }),
    output: OrchestrationResult,
  },
  filter: {
    method: "POST",
    path: "/flow_runs/filter",
    input: z.object({ ...relatedFilters, sort: FlowRunSort, limit: Limit, offset: Offset }),
    output: z.array(FlowRun),
  },
  count: { method: "POST", path: "/flow_runs/count", input: z.object(relatedFilters), output: z.int() },
  paginate: {
    method: "POST",
    path: "/flow_runs/paginate",
    input: z.object({ ...relatedFilters, sort: FlowRunSort, limit: Limit, page: Page }),
    output: pageOf(FlowRun),
  },
  lateness: {
    method: "POST",
    path: "/flow_runs/lateness",
    input: z.object(relatedFilters),
    output: z.number().nullable(),
  },
  history: {
    method: "POST",
    path: "/flow_runs/history",
    input: historyInput,
    output: z.array(HistoryInterval),
  },
  delete: { method: "DELETE", path: "/flow_runs/:id", input: byId, output: Nothing, status: 204 },
  createInput: {
    method: "POST",
    path: "/flow_runs/:id/input",
    input: z.object({ id: Uuid, key: inputKey, value: z.string(), sender: optional(z.string()) }),
    output: z.null(),
    status: 201,
  },
  filterInput: {
    method: "POST",
    path: "/flow_runs/:id/input/filter",
    input: z.object({
      id: Uuid,
      prefix: z.string(),
      limit: withDefault(z.int(), () => 1),
      exclude_keys: withDefault(z.array(z.string()), () => []),
    }),
    output: z.array(FlowRunInput),
  },
  readInput: { method: "GET", path: "/flow_runs/:id/input/:key", input: oneInput, output: AnyJson },
  deleteInput: {
    method: "DELETE",
    path: "/flow_runs/:id/input/:key",
    input: oneInput,
    output: Nothing,
    status: 204,
  },
  bulkDelete: {
    method: "POST",
    path: "/flow_runs/bulk_delete",
    input: z.object({ flow_runs: relatedFilters.flow_runs, limit: BulkLimit }),
    output: z.object({ deleted: z.array(z.string()) }),
  },
  bulkSetState: {
    method: "POST",
    path: "/flow_runs/bulk_set_state",
    input: z.object({
      flow_runs: relatedFilters.flow_runs,
      state: StateCreate,
      force: setStateShape.force,
      limit: BulkLimit,
    }),
    output: z.object({ results: z.array(BulkResult) }),
  },
  downloadLogs: { method: "GET", path: "/flow_runs/:id/logs/download", input: byId, output: z.string() },
});
