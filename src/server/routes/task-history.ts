import { tasksOf } from "../../rules/task-history.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import {
  mostHistoryRuns,
  mostHistoryTaskRuns,
  mostHistoryTasks,
  type TaskHistory,
  taskHistory,
} from "../../schema/task-history.ts";
import type { Store } from "../../store/store.ts";
import { type Api, found, serve } from "../serve.ts";

export function serveTaskHistory(api: Api, store: Store): void {
  serve(api, taskHistory.read, async ({ id, by }): Promise<TaskHistory> => {
    const run = found(await store.flowRuns.read(id), "Flow run not found");
    const newestFirst = await runsAround(store, by === "flow" ? { ...run, deployment_id: null } : run);
    const ids = newestFirst.map((one) => one.id);
    const { counted, left_out } = await store.graphs.countTasks({ ids, most: mostHistoryTaskRuns });
    const runs = newestFirst.filter((one) => !left_out.includes(one.id)).toReversed();
    const places = new Map(runs.map((one, place) => [one.id, place]));
    const tasks = tasksOf(
      counted.flatMap(({ flow_run_id, ...row }) => {
        const place = places.get(flow_run_id);
        return place === undefined ? [] : [{ ...row, run: place }];
      }),
      mostHistoryTasks + 1,
    );
    return {
      runs: runs.map(({ id, name, state_type, state_name, start_time, total_run_time }) => ({
        ...{ id, name, state_type, state_name, start_time, total_run_time },
      })),
      tasks: tasks.slice(0, mostHistoryTasks),
      is_cut: left_out.length > 0 || tasks.length > mostHistoryTasks,
    };
  });
}

/** The latest runs of its deployment or flow; of one that is older than those, the runs that led to it. */
async function runsAround(store: Store, run: FlowRun): Promise<FlowRun[]> {
  const { deployment_id, flow_id } = run;
  const read = (before?: string) =>
    store.flowRuns.filter(
      flowRuns.filter.input.parse({
        flow_runs: {
          ...(deployment_id ? { deployment_id: { any_: [deployment_id] } } : {}),
          ...(before ? { start_time: { before_: before } } : {}),
          state: { type: { not_any_: ["SCHEDULED"] } },
        },
        ...(deployment_id ? {} : { flows: { id: { any_: [flow_id] } } }),
        sort: "START_TIME_DESC",
        limit: mostHistoryRuns,
      }),
    );
  const latest = await read();
  if (latest.some(({ id }) => id === run.id)) return latest;
  const began = run.start_time ?? run.expected_start_time;
  const before = began === null ? latest : await read(began);
  return [run, ...before.filter(({ id }) => id !== run.id)].slice(0, mostHistoryRuns);
}
