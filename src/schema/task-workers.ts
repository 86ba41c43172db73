import { z } from "zod";
import { routes } from "./route.ts";
import { optional } from "./scalars.ts";

/** A connected process that executes background task runs. */
export const TaskWorker = z.object({
  identifier: z.string(),
  task_keys: z.array(z.string()),
  /** When it last subscribed or took a run. */
  timestamp: z.string(),
});
export type TaskWorker = z.infer<typeof TaskWorker>;

export const taskWorkers = routes("task-workers", {
  filter: {
    method: "POST",
    path: "/task_workers/filter",
    input: z.object({ task_worker_filter: optional(z.object({ task_keys: z.array(z.string()) })) }),
    output: z.array(TaskWorker),
  },
});
