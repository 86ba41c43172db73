import { Suspense, useSyncExternalStore } from "react";
import { useNavigate } from "react-router";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { isFailure } from "../graph/lenses.ts";
import type { RunModel } from "../graph/model.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import { DetailPage } from "../parts/detail-page.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import { mayWait, useExplained } from "../parts/runs/use-explained.ts";
import {
  isOver,
  useCause,
  useFlowName,
  useMayGrow,
  useReports,
  useRun,
  useRunModel,
  useTaskCounts,
} from "./data.ts";
import { DetailsPane } from "./details/details-pane.tsx";
import { earliestFailure, type Failure } from "./failure.ts";
import { Header } from "./header.tsx";
import { RunLayout } from "./layout.tsx";
import { PicturePane } from "./picture/picture-pane.tsx";
import { type UrlState, useUrlState } from "./url-state.ts";

// Most runs have neither failed nor wait.
const WaitingCard = lazyNamed(async () => (await import("./waiting-card.tsx")).WaitingCard);
const FailureCard = lazyNamed(async () => (await import("./failure-card.tsx")).FailureCard);

/** One flow run; a task run is a selection in it. */
export function Page() {
  const url = useUrlState();
  const run = useRun(url.id);
  return (
    <DetailPage what="run" id={url.id} source={run}>
      {(data) => <Run key={url.id} run={data} url={url} />}
    </DetailPage>
  );
}

/** Whether there may be errors: something failed, or was tried more than once. */
const hasTrouble = (run: FlowRun, model: RunModel | undefined): boolean =>
  run.run_count > 1 || (model?.nodes.some((node) => isFailure(node) || node.run_count > 1) ?? false);

function Run({ run, url }: { run: FlowRun; url: UrlState }) {
  const isLive = !isOver(run);
  const { source, model } = useRunModel(run.id, useMayGrow(run));
  const flowName = useFlowName(run, source);
  const counts = useTaskCounts(model);
  const taskCount = model?.taskCount;
  const hasFailed = run.state_type === "FAILED" || run.state_type === "CRASHED";
  const isErrorTab = url.tab === "attempts" || url.tab === "error";
  const wantsErrors = hasFailed || (isErrorTab && (source.isError || hasTrouble(run, model)));
  const cause = useCause(run, hasFailed);
  const subflows = model?.nodes.filter((node) => node.kind === "flow-run" && isFailure(node)) ?? [];
  const within = [...subflows, ...(cause.data?.path ?? [])].map(({ id }) => id);
  const { reports, isPending } = useReports([...new Set([run.id, ...within])], wantsErrors);
  const message = run.state?.message ?? null;
  const failure =
    hasFailed && !isPending && !cause.isPending
      ? earliestFailure({ reports, nodes: model?.nodes, message, cause: cause.data })
      : undefined;
  const openFailure = useOpenFailure(failure, url);
  const node = useNode(model, url.taskRunId);
  usePageTitle([node?.name, run.name, flowName].filter(Boolean).join(" · "), {
    type: run.state_type,
    name: run.state_name,
  });
  const waiting = useExplained(mayWait(run) ? [run.id] : [])(run.id);
  const shared = { url, model, isLive };
  return (
    <RunLayout
      run={run}
      url={url}
      taskCount={taskCount}
      head={
        <>
          <Header
            {...{ run, flowName, failure, waiting }}
            tasks={counts}
            toFailed={url.toFailed}
            onFailure={openFailure}
          />
          <Suspense fallback={null}>{waiting && <WaitingCard run={run} waiting={waiting} />}</Suspense>
          {hasFailed && (
            <Suspense fallback={<div className="h-32 shrink-0 border-b bg-failed/5" />}>
              <FailureCard
                flowRunId={run.id}
                {...{ failure, message }}
                isPending={isPending || cause.isPending}
                onOpen={openFailure}
              />
            </Suspense>
          )}
        </>
      }
      picture={(tools) => <PicturePane {...shared} {...{ run, tools, source, taskCount }} tasks={counts} />}
      details={
        <DetailsPane {...shared} {...{ run, flowName, node, reports }} areReportsPending={isPending} />
      }
    />
  );
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
