import { useQuery } from "@tanstack/react-query";
import type { Client } from "../../../client/client.ts";
import { tasksOf } from "../../../rules/task-history.ts";
import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import {
  mostHistoryRuns,
  mostHistoryTasks,
  type TaskHistory,
  taskHistory,
} from "../../../schema/task-history.ts";
import { taskRuns } from "../../../schema/task-runs.ts";
import { clientOf, query, useIsPraetor } from "../../api.ts";
import { type TypicalDuration, typicalDurationOf } from "../time/typical-duration.ts";

/** What has been does not change by the second. */
const staleTime = 60_000;

type HistoryOf = Pick<FlowRun, "id" | "deployment_id" | "flow_id">;

/**
 * What became of each task in the latest runs of the run's deployment, or of its flow where it has none or that is asked
 * for: one request, or two on another server.
 */
export function useTaskHistory(
  { id, deployment_id, flow_id }: HistoryOf,
  { by, isWanted = true }: { by?: "flow" | undefined; isWanted?: boolean } = {},
) {
  const isPraetor = useIsPraetor();
  const ours = useQuery({
    ...query(taskHistory.read, { id, ...(by ? { by } : {}) }),
    ...{ enabled: isPraetor && isWanted, staleTime, meta: { live: "none" } },
  });
  const of = { id, deployment_id: by === "flow" ? null : deployment_id, flow_id };
  const theirs = useQuery({
    queryKey: ["task-history", "walk", id, by],
    queryFn: ({ client }) => readElsewhere(clientOf(client), of),
    ...{ enabled: !isPraetor && isWanted, staleTime, meta: { live: "none" } },
  });
  return isPraetor ? ours : theirs;
}

const mostElsewhere = 200;

/** From the newest task runs of the latest runs, as many as one request gives. */
async function readElsewhere(client: Client, of: HistoryOf): Promise<TaskHistory> {
  const { deployment_id, flow_id } = of;
  const found = await client.call(flowRuns.filter, {
    flow_runs: {
      ...(deployment_id ? { deployment_id: { any_: [deployment_id] } } : {}),
      state: { type: { not_any_: ["SCHEDULED"] } },
    },
    ...(deployment_id ? {} : { flows: { id: { any_: [flow_id] } } }),
    ...{ sort: "START_TIME_DESC", limit: mostHistoryRuns },
  });
  const runs = found.toReversed();
  const tasks = await client.call(taskRuns.filter, {
    flow_runs: { id: { any_: runs.map((run) => run.id) } },
    ...{ sort: "EXPECTED_START_TIME_DESC", limit: mostElsewhere },
  });
  const places = new Map(runs.map((run, place) => [run.id, place]));
  const counted = tasks.flatMap((task) => {
    const run = places.get(task.flow_run_id ?? "");
    if (run === undefined || task.state_type === null) return [];
    const { name, task_key, dynamic_key, state_type, start_time: start } = task;
    const seconds = start === null ? null : task.total_run_time;
    const one = { run, task_key, dynamic_key, state_type, start, seconds, count: 1, task_run_id: task.id };
    return [{ ...one, first_name: name, last_name: name }];
  });
  return { runs, tasks: tasksOf(counted, mostHistoryTasks), is_cut: tasks.length === mostElsewhere };
}

/** How long each task usually takes, by its key: the averages of the runs in which it completed. */
export function typicalTaskDurations(
  history: TaskHistory | undefined,
): (taskKey: string) => TypicalDuration | undefined {
  const usual = new Map(
    history?.tasks.map(({ task_key, cells }) => [
      task_key,
      typicalDurationOf(
        cells.flatMap(({ state_type, seconds }) =>
          state_type === "COMPLETED" && seconds !== null ? [seconds] : [],
        ),
      ),
    ]),
  );
  return (taskKey) => usual.get(taskKey);
}
