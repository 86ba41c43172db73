import { keepPreviousData, useQuery } from "@tanstack/react-query";
import {
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { findCause } from "../../client/failure-cause.ts";
import { events, runErrorEvent } from "../../schema/events.ts";
import { failures } from "../../schema/failures.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import type { RunGraph } from "../../schema/graphs.ts";
import type { Change } from "../../schema/live.ts";
import { logs } from "../../schema/logs.ts";
import { toMs } from "../../schema/scalars.ts";
import { isFinal } from "../../schema/states.ts";
import { TaskRun } from "../../schema/task-runs.ts";
import { query, useApi, useIsPraetor } from "../api.ts";
import { RunModel } from "../graph/model.ts";
import { graphQuery } from "../graph/read-graph.ts";
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

/** Our graph tells the name of the flow; another server is asked for it. */
export function useFlowName(run: FlowRun, { data }: GraphSource): string | undefined {
  const isPraetor = useIsPraetor();
  const flow = useQuery({
    ...query(flows.read, { id: run.flow_id }),
    enabled: !isPraetor,
    staleTime: 600_000,
  });
  return flow.data?.name ?? (data?.flow_name || undefined);
}

export type GraphSource = {
  data: RunGraph | undefined;
  error: unknown;
  isError: boolean;
  refetch: () => unknown;
};

const nothing = () => () => {};

/** Counts of task runs by tone, as they change. */
export function useTaskCounts(model: RunModel | undefined) {
  return useSyncExternalStore(model?.onChange ?? nothing, () => model?.counts);
}

/** The task or flow that failed, through all subflows. */
export function useCause(run: FlowRun, hasFailed: boolean) {
  const isPraetor = useIsPraetor();
  const { client } = useApi();
  const ours = useQuery({ ...query(failures.cause, { id: run.id }), enabled: isPraetor && hasFailed });
  const theirs = useQuery({
    queryKey: ["failures", "walk", run.id],
    queryFn: () => findCause(client, run),
    enabled: !isPraetor && hasFailed,
    meta: unheard,
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data?.task === null && dataUpdateCount < recordsTries ? recordsEvery : false,
  });
  return isPraetor ? ours : theirs;
}

/** The errors that a run and its tasks met, from events where the SDK sends them, else out of its log. */
export function useReports(
  runIds: readonly string[],
  isWanted: boolean,
): { reports: readonly Report[]; isPending: boolean } {
  const isPraetor = useIsPraetor();
  const meta = isPraetor ? {} : unheard;
  const related = runIds.map((id) => `prefect.flow-run.${id}`);
  const sent = useQuery({
    ...query(events.filter, {
      filter: { event: { name: [runErrorEvent] }, any_resource: { id: related }, order: "ASC" },
    }),
    meta,
    enabled: isWanted,
    placeholderData: keepPreviousData,
  });
  const isSilent = sent.isError || sent.data?.events.length === 0;
  const logged = useQuery({
    ...query(logs.filter, {
      logs: { flow_run_id: { any_: [...runIds] }, level: { ge_: 40 } },
      limit: 100,
    }),
    meta,
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      !isPraetor && data && dataUpdateCount < recordsTries && reportsFromLogs(data).length === 0
        ? recordsEvery
        : false,
    enabled: isWanted && isSilent,
    placeholderData: keepPreviousData,
  });
  const reports = useMemo(() => {
    const fromEvents = reportsFromEvents(sent.data?.events ?? []);
    return fromEvents.length > 0 ? fromEvents : reportsFromLogs(logged.data ?? []);
  }, [sent.data, logged.data]);
  return { reports, isPending: isWanted && (sent.isPending || (isSilent && logged.isPending)) };
}
