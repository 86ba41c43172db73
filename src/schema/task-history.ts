import { z } from "zod";
import { routes } from "./route.ts";
import { byId } from "./scalars.ts";
import { StateType } from "./states.ts";

/** Most runs, and most of their task runs, that are read. */
export const mostHistoryRuns = 20;
export const mostHistoryTaskRuns = 100_000;
/** Most tasks returned, those of the newest run first. */
export const mostHistoryTasks = 500;

const Run = z.object({
  id: z.string(),
  name: z.string(),
  state_type: StateType.nullable(),
  state_name: z.string().nullable(),
  start_time: z.string().nullable(),
  /** Seconds that it has been running, in all its attempts. */
  total_run_time: z.number(),
});

/** The task runs of one task in one run that are in states of one type. */
const Cell = z.object({
  /** Index into `runs`. */
  run: z.int(),
  state_type: StateType,
  count: z.int(),
  /** One of them. */
  task_run_id: z.string(),
  /** Seconds that they ran on average; null where none has begun. */
  seconds: z.number().nullable(),
});
export type TaskHistoryCell = z.infer<typeof Cell>;

/** The states of each task in the latest runs of a flow, or of the run's deployment. */
export const TaskHistory = z.object({
  /** Oldest first, including the requested run. */
  runs: z.array(Run),
  tasks: z.array(z.object({ task_key: z.string(), name: z.string(), cells: z.array(Cell) })),
  /** Whether runs or tasks were omitted because of the bounds above. */
  is_cut: z.boolean(),
});
export type TaskHistory = z.infer<typeof TaskHistory>;

/** `flow`: runs of the whole flow, where the run has a deployment. */
const input = byId.extend({ by: z.enum(["flow"]).nullish() });

export const taskHistory = routes("task-history", {
  read: { method: "GET", path: "/praetor/flow_runs/:id/task-history", input, output: TaskHistory },
});
