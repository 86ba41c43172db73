import { z } from "zod";
import { relatedFilters } from "./filters.ts";
import { FlowRun } from "./flow-runs.ts";
import { routes } from "./route.ts";
import { withDefault } from "./scalars.ts";
import { TaskRun } from "./task-runs.ts";

// Searches for what no index has: each request looks for as long as it may, and says how far it got. Praetor only.

/** The run that was looked at last: its place in the order, null for runs that have none, and its id. */
export const SearchPlace = z.strictObject({ key: z.string().max(1000).nullable(), id: z.string().max(100) });
export type SearchPlace = z.output<typeof SearchPlace>;

const input = {
  limit: withDefault(z.int().min(1).max(200), () => 100),
  after: SearchPlace.nullish(),
  /** Milliseconds that the search may take, about. */
  patience: withDefault(z.int().min(1).max(2000), () => 800),
};
const output = {
  /** The place to go on from; null where all have been looked at. */
  next: SearchPlace.nullable(),
  /** How many runs were looked at. */
  searched: z.int(),
};

export const flowRunSearchSorts = ["START_TIME_ASC", "START_TIME_DESC", "NAME_ASC", "END_TIME_DESC"] as const;
export const taskRunSearchSorts = [
  ...(["EXPECTED_START_TIME_ASC", "EXPECTED_START_TIME_DESC"] as const),
  ...(["NAME_ASC", "END_TIME_DESC"] as const),
] as const;
const { flows, flow_runs, task_runs, deployments, work_pools } = relatedFilters;

export const runSearch = routes("run-search", {
  flowRuns: {
    method: "POST",
    path: "/praetor/flow_runs/search",
    input: z.strictObject({ ...relatedFilters, ...input, sort: z.enum(flowRunSearchSorts) }),
    output: z.object({ ...output, results: z.array(FlowRun) }),
  },
  taskRuns: {
    method: "POST",
    path: "/praetor/task_runs/search",
    input: z.strictObject({
      ...{ flows, flow_runs, task_runs, deployments, work_pools, ...input },
      sort: z.enum(taskRunSearchSorts),
    }),
    output: z.object({ ...output, results: z.array(TaskRun) }),
  },
});
