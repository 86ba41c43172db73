import { z } from "zod";
import { historyFilters, relatedFilters, TaskRunFilter } from "./filters.ts";
import { flowRunSorts } from "./flow-runs.ts";
import { routes } from "./route.ts";
import { byId, Json, Offset, Uuid, withDefault } from "./scalars.ts";
import { StateType } from "./states.ts";
import { NamedTaskRun } from "./task-runs.ts";

export const SimpleFlowRun = z.object({
  id: z.string(),
  state_type: StateType,
  timestamp: z.string(),
  duration: z.number(),
  lateness: z.number(),
});
export type SimpleFlowRun = z.infer<typeof SimpleFlowRun>;
const NextRun = z.object({
  id: z.string(),
  flow_id: z.string(),
  name: z.string(),
  state_name: z.string(),
  state_type: StateType,
  next_scheduled_start_time: z.string(),
});
/** Errors of a value, or of its part at a key or index. */
export type Complaint =
  | string
  | { property: string; errors: Complaint[] }
  | { index: number; errors: Complaint[] };
const Complaint: z.ZodType<Complaint> = z.lazy(() =>
  z.union([
    z.string(),
    z.object({ property: z.string(), errors: z.array(Complaint) }),
    z.object({ index: z.int(), errors: z.array(Complaint) }),
  ]),
);
const ids = z.array(Uuid).max(200);
const { flows, flow_runs, task_runs, deployments, work_pools } = relatedFilters;

/** Aggregations that the contract keeps for dashboards, below `/ui`. */
export const dashboard = routes("dashboard", {
  flowRunHistory: {
    method: "POST",
    path: "/ui/flow_runs/history",
    input: z.object({
      flows,
      flow_runs,
      task_runs,
      deployments,
      work_pools,
      sort: withDefault(z.enum(flowRunSorts), () => "EXPECTED_START_TIME_DESC" as const),
      limit: withDefault(z.int().min(0).max(1000), () => 1000),
      offset: Offset,
    }),
    output: z.array(SimpleFlowRun),
  },
  countTaskRuns: {
    method: "POST",
    path: "/ui/flow_runs/count-task-runs",
    input: z.object({ flow_run_ids: ids }),
    output: z.record(z.string(), z.int()),
  },
  countDeployments: {
    method: "POST",
    path: "/ui/flows/count-deployments",
    input: z.object({ flow_ids: ids }),
    output: z.record(z.string(), z.int()),
  },
  nextRuns: {
    method: "POST",
    path: "/ui/flows/next-runs",
    input: z.object({ flow_ids: ids }),
    output: z.record(z.string(), NextRun.nullable()),
  },
  /** Values of a form against its JSON schema. */
  validate: {
    method: "POST",
    path: "/ui/schemas/validate",
    input: z.object({ schema: Json, values: Json }),
    output: z.object({ errors: z.array(Complaint), valid: z.boolean() }),
  },
  taskRunCounts: {
    method: "POST",
    path: "/ui/task_runs/dashboard/counts",
    input: z.object({ ...historyFilters, task_runs: TaskRunFilter }),
    output: z.array(z.object({ completed: z.int(), failed: z.int() })),
  },
  taskRunStates: {
    method: "POST",
    path: "/ui/task_runs/count",
    input: z.object({ flows, flow_runs, task_runs, deployments }),
    output: z.record(StateType, z.int()),
  },
  readTaskRun: { method: "GET", path: "/ui/task_runs/:id", input: byId, output: NamedTaskRun },
});
