import { z } from "zod";
import { relatedFilters } from "./filters.ts";
import { HistoryInterval, historyInput, runShape } from "./flow-runs.ts";
import { routes } from "./route.ts";
import { TaskRunPolicy } from "./run-policies.ts";
import {
  byId,
  Labels,
  Limit,
  Nothing,
  Offset,
  optional,
  Page,
  pageOf,
  Tags,
  Time,
  Uuid,
  withDefault,
} from "./scalars.ts";
import { OrchestrationResult, StateCreate, setStateShape } from "./states.ts";

export { TaskRunPolicy };

/** The other key determines the kind as well. */
export const TaskRunInput = z.union([
  z.object({ input_type: z.literal("task_run").default("task_run"), id: Uuid }),
  z.object({ input_type: z.literal("flow_run").default("flow_run"), id: Uuid }),
  z.object({ input_type: z.literal("parameter").default("parameter"), name: z.string() }),
  z.object({ input_type: z.literal("constant").default("constant"), type: z.string() }),
]);
export const TaskInputs = z.record(z.string(), z.array(TaskRunInput));
export type TaskInputs = z.infer<typeof TaskInputs>;

export const TaskRun = z.object({
  ...runShape,
  flow_run_id: z.string().nullable(),
  task_key: z.string(),
  dynamic_key: z.string(),
  cache_key: z.string().nullable(),
  cache_expiration: z.string().nullable(),
  task_version: z.string().nullable(),
  empirical_policy: TaskRunPolicy,
  task_inputs: TaskInputs,
  flow_run_run_count: z.int(),
});
export type TaskRun = z.infer<typeof TaskRun>;

/** The same row with the name of its flow run, for pages that show a task run on its own. */
export const NamedTaskRun = z.object({ ...TaskRun.shape, flow_run_name: z.string().nullable() });

export const taskRunSorts = [
  "ID_DESC",
  "EXPECTED_START_TIME_ASC",
  "EXPECTED_START_TIME_DESC",
  "NAME_ASC",
  "NAME_DESC",
  "NEXT_SCHEDULED_START_TIME_ASC",
  "END_TIME_DESC",
  "DURATION_DESC",
  "DURATION_ASC",
] as const;
export const TaskRunSort = withDefault(z.enum(taskRunSorts), () => "ID_DESC" as const);

export const TaskRunCreate = z.strictObject({
  id: optional(Uuid),
  state: optional(StateCreate),
  name: optional(z.string()),
  flow_run_id: optional(Uuid),
  task_key: z.string(),
  dynamic_key: z.string(),
  cache_key: optional(z.string().max(2000)),
  cache_expiration: optional(Time),
  task_version: optional(z.string()),
  empirical_policy: withDefault(TaskRunPolicy, () => TaskRunPolicy.parse({})),
  tags: Tags,
  labels: optional(Labels),
  task_inputs: withDefault(TaskInputs, () => ({})),
});

const taskRunFilters = {
  flows: relatedFilters.flows,
  flow_runs: relatedFilters.flow_runs,
  task_runs: relatedFilters.task_runs,
  deployments: relatedFilters.deployments,
  // Praetor only: a Prefect server ignores it.
  work_pools: relatedFilters.work_pools,
};

export const taskRuns = routes("task-runs", {
  create: { method: "POST", path: "/task_runs/", input: TaskRunCreate, output: TaskRun, status: 201 },
  read: { method: "GET", path: "/task_runs/:id", input: byId, output: TaskRun },
  update: {
    method: "PATCH",
    path: "/task_runs/:id",
    input: z.strictObject({ id: Uuid, name: z.string().optional() }),
    output: Nothing,
    status: 204,
  },
  setState: {
    method: "POST",
    path: "/task_runs/:id/set_state",
    isReport: true,
    input: z.object(setStateShape),
    output: OrchestrationResult,
  },
  filter: {
    method: "POST",
    path: "/task_runs/filter",
    input: z.object({ ...taskRunFilters, sort: TaskRunSort, limit: Limit, offset: Offset }),
    output: z.array(TaskRun),
  },
  count: { method: "POST", path: "/task_runs/count", input: z.object(taskRunFilters), output: z.int() },
  paginate: {
    method: "POST",
    path: "/task_runs/paginate",
    input: z.object({ ...taskRunFilters, sort: TaskRunSort, limit: Limit, page: Page }),
    // The contract omits some fields here; ours returns the whole row.
    output: pageOf(TaskRun),
  },
  history: {
    method: "POST",
    path: "/task_runs/history",
    input: historyInput,
    output: z.array(HistoryInterval),
  },
  delete: { method: "DELETE", path: "/task_runs/:id", input: byId, output: Nothing, status: 204 },
});
