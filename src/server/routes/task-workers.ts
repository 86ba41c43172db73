import { taskWorkers } from "../../schema/task-workers.ts";
import type { BackgroundTasks } from "../background-tasks.ts";
import { type Api, serve } from "../serve.ts";

export function serveTaskWorkers(api: Api, tasks: BackgroundTasks): void {
  serve(api, taskWorkers.filter, ({ task_worker_filter }) =>
    tasks.workers(task_worker_filter?.task_keys ?? []),
  );
}
