import { useQuery } from "@tanstack/react-query";
import {
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { events, runErrorEvent } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import type { RunGraph } from "../../schema/graphs.ts";
import type { Change } from "../../schema/live.ts";
import { logs } from "../../schema/logs.ts";
import type { RunSummary } from "../../schema/run-summary.ts";
import { toMs } from "../../schema/scalars.ts";
import { isFailed } from "../../schema/state-types.ts";
import { isFinal } from "../../schema/states.ts";
import { TaskRun } from "../../schema/task-runs.ts";
import { query, useApi, useIsPraetor } from "../api.ts";
import { type Histogram, RunModel } from "../graph/model.ts";
import { graphQuery } from "../graph/read-graph.ts";
import { toneOf } from "../graph/tones.ts";
import { useNow } from "../kit/now.ts";
import { useIsTold, useScopes, useTouched } from "../live.ts";
import { type Report, reportsFromEvents, reportsFromLogs } from "./failure.ts";
import { useSubflowTasks } from "./subflows.ts";

/** Where no changes are told, what is running is read again this often. */
const pollEvery = 3_000;
/** A Prefect server tells a failure before it has recorded the task, and before the lines come that say what failed. */
const recordsEvery = 2_500;
const recordsTries = 6;

export const isOver = (run: Pick<FlowRun, "state_type">): boolean =>
  run.state_type !== null && isFinal(run.state_type);

export const hasFailed = ({ state_type: type }: Pick<FlowRun, "state_type">): boolean =>
  type !== null && isFailed(type);

const lastPartsComeFor = 20_000;

/** The last lines of a log and the last states of tasks are sent in portions: they come after the run has ended. */
export function useMayGrow(run: FlowRun): boolean {
  const now = useNow(10);
  return !isOver(run) || (run.end_time !== null && now < toMs(run.end_time) + lastPartsComeFor);
}

/** What our hub must leave alone, because it is read again here, and only while that makes sense. */
const unheard = { live: "none" } as const;

export function useRun(id: string) {
  const isTold = useIsTold();
  return useQuery({
    ...query(flowRuns.read, { id }),
    meta: isTold ? {} : unheard,
    refetchInterval: ({ state: { data } }) => (isTold || (data && isOver(data)) ? false : pollEvery),
  });
}

/** Begins to read the graph before the run is known; of our server, which tells what changes meanwhile. */
export function useEarlyGraph(id: string): void {
  const isPraetor = useIsPraetor();
  const isTold = useIsTold();
  const { queries } = useApi();
  useEffect(() => {
    if (isPraetor) void queries.prefetchQuery(graphQuery({ id, isPraetor, isTold, mayGrow: false }));
  }, [queries, id, isPraetor, isTold]);
}

/** The task runs of a flow run, as one model that follows the run. For one run as long as it is mounted. */
export function useRunModel(id: string, mayGrow: boolean) {
  const source = useGraph(id, mayGrow);
  const [model, setModel] = useState<RunModel | undefined>();
  const early = useRef<TaskRun[]>([]);
  const { data } = source;
  const take = useEffectEvent((graph: RunGraph) => {
    if (model) return model.take(graph);
    const made = new RunModel(graph);
    made.apply(early.current);
    early.current = [];
    setModel(made);
  });
  useEffect(() => {
    if (data) take(data);
  }, [data]);
  const hear = useCallback(
    (change: Change) => {
      const row = TaskRun.safeParse(change.row);
      if (!row.success) return;
      if (model) model.apply([row.data]);
      else early.current.push(row.data);
    },
    [model],
  );
  const isPraetor = useIsPraetor();
  // Of a Prefect server, a stream of its own: none for a run that is over.
  useScopes(isPraetor || mayGrow ? [{ noun: "task-runs", flow_run_id: id }] : [], hear);
  useSubflowTasks(model, mayGrow);
  return { source, model };
}

function useGraph(id: string, mayGrow: boolean) {
  const isPraetor = useIsPraetor();
  const { queries } = useApi();
  // Also those of the subflows that are opened in it.
  const readAgain = useCallback(() => {
    if (mayGrow && !isPraetor) void queries.invalidateQueries({ queryKey: ["graphs", "read"] });
  }, [mayGrow, isPraetor, queries]);
  useTouched("task-runs", readAgain);
  return useQuery(graphQuery({ id, isPraetor, isTold: useIsTold(), mayGrow }));
}

/** Our server tells the name of the flow with the rest of the head; another server is asked for it. */
export function useFlowName(run: FlowRun, summary: RunSummary | undefined): string | undefined {
  const isPraetor = useIsPraetor();
  const flow = useQuery({
    ...query(flows.read, { id: run.flow_id }),
    enabled: !isPraetor,
    staleTime: 600_000,
  });
  return flow.data?.name ?? summary?.flow_name ?? undefined;
}

export type GraphSource = {
  data: RunGraph | undefined;
  error: unknown;
  isError: boolean;
  refetch: () => unknown;
};

const nothing = () => () => {};

/** Counts of task runs by tone, as they change; until the graph is there, those that were told with the head. */
export function useTaskCounts(
  model: RunModel | undefined,
  summary: RunSummary | undefined,
): { counts: Histogram | undefined; total: number | undefined } {
  const isPraetor = useIsPraetor();
  const counts = useSyncExternalStore(model?.onChange ?? nothing, () => model?.counts);
  if (model) return { counts, total: model.taskCount };
  if (!isPraetor || !summary) return { counts, total: undefined };
  const told: Histogram = {};
  for (const { state_type, state_name, count } of summary.tasks) {
    const tone = toneOf(state_type, state_name);
    told[tone] = (told[tone] ?? 0) + count;
  }
  return { counts: told, total: summary.tasks.reduce((sum, { count }) => sum + count, 0) };
}

/** The errors that one run met, from events where the SDK sends them, else out of its log. */
export function useReports(
  { flowRunId, taskRunId }: { flowRunId: string; taskRunId: string | undefined },
  isWanted: boolean,
): { reports: readonly Report[]; isPending: boolean } {
  const isPraetor = useIsPraetor();
  const meta = isPraetor ? {} : unheard;
  const resource = taskRunId ? `prefect.task-run.${taskRunId}` : `prefect.flow-run.${flowRunId}`;
  const sent = useQuery({
    ...query(events.filter, {
      filter: { event: { name: [runErrorEvent] }, any_resource: { id: [resource] }, order: "ASC" },
    }),
    ...{ meta, enabled: isWanted },
  });
  const isSilent = sent.isError || sent.data?.events.length === 0;
  const logged = useQuery({
    ...query(logs.filter, {
      logs: {
        flow_run_id: { any_: [flowRunId] },
        ...(taskRunId && { task_run_id: { any_: [taskRunId] } }),
        level: { ge_: 40 },
      },
      limit: 100,
    }),
    meta,
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      !isPraetor && data && dataUpdateCount < recordsTries && reportsFromLogs(data).length === 0
        ? recordsEvery
        : false,
    enabled: isWanted && isSilent,
  });
  const reports = useMemo(() => {
    const fromEvents = reportsFromEvents(sent.data?.events ?? []);
    return fromEvents.length > 0 ? fromEvents : reportsFromLogs(logged.data ?? []);
  }, [sent.data, logged.data]);
  return { reports, isPending: isWanted && (sent.isPending || (isSilent && logged.isPending)) };
}
