import { useMemo, useSyncExternalStore } from "react";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { mostReportedErrors } from "../../schema/run-summary.ts";
import type { Waiting } from "../../schema/waiting.ts";
import { useIsPraetor } from "../api.ts";
import { isFailure } from "../graph/lenses.ts";
import type { RunModel } from "../graph/model.ts";
import { useNavigate } from "../kit/router.tsx";
import { DetailPage } from "../parts/detail-page.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import { mayWait, useExplained } from "../parts/runs/use-explained.ts";
import { typicalDurationOf } from "../parts/time/typical-duration.ts";
import {
  hasFailed,
  isOver,
  useEarlyGraph,
  useFlowName,
  useMayGrow,
  useReports,
  useRun,
  useRunModel,
  useTaskCounts,
} from "./data.ts";
import { DetailsPane } from "./details/details-pane.tsx";
import { earliestFailure, type Failure, type Report, reportsFromSummary } from "./failure.ts";
import { Header } from "./header.tsx";
import { RunLayout } from "./layout.tsx";
import { PicturePane } from "./picture/picture-pane.tsx";
import { selectionOf } from "./selection.ts";
import { isInSentence } from "./sentence.ts";
import { RunSkeleton } from "./skeleton.tsx";
import { type UrlState, useUrlState } from "./url-state.ts";
import { type Summary, useCards, useSummary } from "./use-summary.ts";

/** One flow run; a task run is a selection in it. */
export function Page() {
  const url = useUrlState();
  const isPraetor = useIsPraetor();
  const { data, error, refetch } = useRun(url.id);
  const summary = useSummary(url.id, data);
  useEarlyGraph(url.id);
  const cards = useCards(data !== undefined && (hasFailed(data) || hasReason(summary.data?.waiting)));
  // Our server answers both at about the same time: with both, nothing in the head moves later.
  const isReady = !isPraetor || !(summary.isPending || cards.isPending);
  return (
    <DetailPage
      what="run"
      id={url.id}
      source={{ data: isReady ? data : undefined, error, refetch }}
      skeleton={<RunSkeleton />}
    >
      {(run) => <Run key={url.id} {...{ run, url, summary }} />}
    </DetailPage>
  );
}

/** Whether it waits for anything that the head does not say in its sentence. */
const hasReason = (waiting: Waiting | null | undefined): boolean =>
  waiting?.gates.some((gate) => !isInSentence(gate)) ?? false;

interface Props {
  run: FlowRun;
  url: UrlState;
  summary: Summary;
}

function Run({ run, url, summary }: Props) {
  const isLive = !isOver(run);
  const { source, model } = useRunModel(run.id, useMayGrow(run));
  const flowName = useFlowName(run, summary.data);
  const { counts, total } = useTaskCounts(model, summary.data);
  const node = useNode(model, url.taskRunId);
  const known = useMemo(
    () => (summary.data?.failure ? reportsFromSummary(summary.data.failure) : []),
    [summary.data],
  );
  const failure = useFailure(run, { summary, model, known });
  const more = useFurtherReports(run, { url, summary, model, known, isCertain: source.isError });
  const openFailure = useOpenFailure(failure, url);
  usePageTitle([node?.name, run.name, flowName].filter(Boolean).join(" · "), {
    type: run.state_type,
    name: run.state_name,
  });
  const waiting = useWaiting(run, summary);
  const { FailureCard, WaitingCard } = useCards(hasFailed(run) || hasReason(waiting));
  const shared = { url, model, isLive };
  return (
    <RunLayout
      run={run}
      url={url}
      taskCount={total}
      head={
        <>
          <Header
            {...{ run, flowName, failure, waiting }}
            deploymentName={summary.data?.deployment_name ?? undefined}
            usual={summary.data && typicalDurationOf(summary.data.durations)}
            tasks={counts}
            toFailed={url.toFailed}
            onFailure={openFailure}
          />
          {waiting && hasReason(waiting) && WaitingCard && <WaitingCard run={run} waiting={waiting} />}
          {hasFailed(run) && FailureCard && (
            <FailureCard
              run={run}
              failure={failure}
              summary={summary.data?.failure ?? undefined}
              isPending={summary.isPending}
              onOpen={openFailure}
            />
          )}
        </>
      }
      picture={(tools) => (
        <PicturePane {...shared} {...{ run, tools, source }} taskCount={total} tasks={counts} />
      )}
      details={
        <DetailsPane
          {...shared}
          {...{ run, flowName, node }}
          reports={more.reports}
          areReportsPending={more.isPending}
        />
      }
    />
  );
}

interface Read {
  summary: Summary;
  model: RunModel | undefined;
  /** What the summary tells of errors. */
  known: readonly Report[];
}

/** Undefined for a run that has not failed, and as long as nothing is known. */
function useFailure(run: FlowRun, { summary, model, known }: Read): Failure | undefined {
  const isPraetor = useIsPraetor();
  if (!hasFailed(run) || summary.isPending) return undefined;
  return earliestFailure({
    reports: known,
    // Our server has looked through all tasks already.
    nodes: isPraetor && summary.data ? [] : model?.nodes,
    message: run.state?.message ?? null,
    cause: summary.data?.failure?.cause,
  });
}

interface Further extends Read {
  url: UrlState;
  /** Where the graph cannot be read, there may be errors that only this finds. */
  isCertain: boolean;
}

/** The errors that the details show: those of the summary, or of the selection where it is beyond that. */
function useFurtherReports(run: FlowRun, { url, summary, model, known, isCertain }: Further) {
  const node = useNode(model, url.taskRunId);
  const selection = selectionOf(url.within, url.taskRunId, node);
  const id = selection.taskRunId ?? selection.flowRunId;
  const failure = summary.data?.failure;
  const isOnPath = failure?.cause.path.some((one) => one.id === selection.flowRunId) ?? false;
  const isTold = known.some(({ runId }) => runId === id) || (isOnPath && known.length < mostReportedErrors);
  const isErrorTab = url.tab === "attempts" || url.tab === "error";
  const hasTrouble = node ? isFailure(node) || node.run_count > 1 : run.run_count > 1 || hasFailed(run);
  const isWanted = isErrorTab && !isTold && !summary.isPending && (hasTrouble || isCertain);
  const { reports, isPending } = useReports(selection, isWanted);
  const all = useMemo(() => (isWanted ? [...known, ...reports] : known), [isWanted, known, reports]);
  return { reports: all, isPending: isPending || (hasFailed(run) && summary.isPending) };
}

/** Why it waits, or what its tasks wait for. */
function useWaiting(run: FlowRun, { data, readAt }: Summary) {
  const isExplained = mayWait(run) || run.state_type === "RUNNING";
  const known = data && { explained: data.waiting ? [data.waiting] : [], at: readAt };
  return useExplained(isExplained ? [run.id] : [], known)(run.id);
}

/** The task that failed is selected where it is: the subflows that lead to it are opened in place. */
function useOpenFailure(failure: Failure | undefined, url: UrlState): () => void {
  const navigate = useNavigate();
  return () => {
    const path = failure?.subflows.map(({ id }) => id) ?? [];
    const [last] = path.slice(-1);
    const id = failure?.taskRunId;
    if (last === undefined) url.select(id);
    else if (id === undefined) void navigate(runPath({ kind: "flow-run", id: last }));
    else url.reach(path, id);
  };
}

const nothing = () => () => {};

function useNode(model: RunModel | undefined, taskRunId: string | undefined) {
  return useSyncExternalStore(model?.onChange ?? nothing, () => {
    const index = taskRunId === undefined ? undefined : model?.indexOf(taskRunId);
    return index === undefined ? undefined : model?.nodes[index];
  });
}
