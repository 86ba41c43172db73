import { ArrowUpRight, X } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import type { RunNode } from "../../../schema/graphs.ts";
import type { RunModel } from "../../graph/model.ts";
import { IconButton } from "../../kit/controls/button.tsx";
import { TabPanel, Tabs } from "../../kit/controls/tabs.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { RunLink } from "../../parts/runs/run-link.tsx";
import { StateIcon } from "../../parts/runs/state-badge.tsx";
import { duration } from "../../parts/time/durations.ts";
import { useMayGrow } from "../data.ts";
import type { Report } from "../failure.ts";
import { PaneBoundary } from "../pane-boundary.tsx";
import { type Selection, selectionOf } from "../selection.ts";
import type { DetailTab, UrlState } from "../url-state.ts";
import { Logs } from "./logs.tsx";

// Fetched when they are first opened.
const Attempts = lazyNamed(async () => (await import("./attempts.tsx")).Attempts);
const Errors = lazyNamed(async () => (await import("./errors.tsx")).Errors);
const DataPane = lazyNamed(async () => (await import("./data-pane.tsx")).DataPane);
const Artifacts = lazyNamed(async () => (await import("./artifacts.tsx")).Artifacts);
const Events = lazyNamed(async () => (await import("./events.tsx")).Events);
const Related = lazyNamed(async () => (await import("./related.tsx")).Related);
const TaskActions = lazyNamed(async () => (await import("../actions/task-actions.tsx")).TaskActions);
const JobVariables = lazyNamed(async () => (await import("./job-variables.tsx")).JobVariables);

interface Props {
  url: UrlState;
  run: FlowRun;
  flowName: string | undefined;
  model: RunModel | undefined;
  node: RunNode | undefined;
  reports: readonly Report[];
  areReportsPending: boolean;
  isLive: boolean;
}

interface Tab {
  value: DetailTab;
  label: string;
  /** Of what, should it fail. */
  what: string;
}

const tabs: readonly Tab[] = [
  { value: "logs", label: "Logs", what: "The log" },
  { value: "attempts", label: "Attempts", what: "The attempts" },
  { value: "error", label: "Error", what: "The error" },
  { value: "data", label: "Input and output", what: "Input and output" },
  { value: "artifacts", label: "Artifacts", what: "The artifacts" },
  { value: "events", label: "Events", what: "The events" },
  { value: "related", label: "Related", what: "The related runs" },
];
/** Only a flow run of a deployment has some. */
const jobVariables: Tab = { value: "job-variables", label: "Job variables", what: "The job variables" };

/** What there is to know about what is selected; about the run itself when nothing is. */
export function DetailsPane(props: Props) {
  const { url, run, model, node } = props;
  const selection = selectionOf(url.within, url.taskRunId, node);
  const shown = !url.taskRunId && run.deployment_id ? [...tabs, jobVariables] : tabs;
  const tab = shown.find(({ value }) => value === url.tab) ?? tabs[0];
  const key = `${selection.flowRunId} ${selection.taskRunId}`;
  const [lines, setLines] = useState<{ key: string; total: number }>();
  const counts: Partial<Record<DetailTab, number | undefined>> = {
    logs: lines?.key === key ? lines.total : undefined,
    attempts: moreThanOne(url.taskRunId ? node?.run_count : run.run_count),
  };
  return (
    <section aria-label="Details" className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface">
      <Tabs
        label="Details"
        value={tab?.value ?? "logs"}
        onChange={url.setTab}
        tabs={shown.map(({ value, label }) => ({
          ...{ value, label },
          count: counts[value] ? counts[value].toLocaleString("en") : undefined,
        }))}
        actions={
          url.taskRunId && <Selected node={node} id={url.taskRunId} onClear={() => url.select(undefined)} />
        }
      >
        {shown.map(({ value, what }) => (
          <TabPanel key={value} value={value}>
            <PaneBoundary key={key} what={what}>
              <Suspense fallback={<SkeletonRows rows={4} label="Loading" />}>
                {value === "logs" ? (
                  <Logs
                    {...{ url, run, selection, model, isLive: props.isLive }}
                    onTotal={(total) => setLines({ key, total })}
                  />
                ) : (
                  <Pane {...props} tab={value} selection={selection} />
                )}
              </Suspense>
            </PaneBoundary>
          </TabPanel>
        ))}
      </Tabs>
    </section>
  );
}

const moreThanOne = (count: number | undefined) => (count !== undefined && count > 1 ? count : undefined);

function Pane({ tab, selection, ...props }: Props & { tab: DetailTab; selection: Selection }): ReactNode {
  const { url, run, flowName, model, reports, areReportsPending, isLive } = props;
  const mayGrow = useMayGrow(run);
  switch (tab) {
    case "attempts":
      return <Attempts {...{ selection, reports, isLive }} />;
    case "error":
      return <Errors {...{ selection, reports, run }} isPending={areReportsPending} />;
    case "data":
      return <DataPane {...{ selection, model }} onTask={url.select} />;
    case "artifacts":
      return <Artifacts {...{ selection, mayGrow }} />;
    case "events":
      return <Events {...{ selection, mayGrow }} />;
    case "related":
      return <Related {...{ selection, run, flowName, model }} onTask={url.select} />;
    case "job-variables":
      return <JobVariables run={run} />;
    case "logs":
      return null;
  }
}

/** The chip of what is selected, and the way back to the whole run. */
function Selected({ node, id, onClear }: { node: RunNode | undefined; id: string; onClear: () => void }) {
  return (
    <span className="my-1.5 flex h-7 min-w-0 items-center gap-1.5 rounded-full bg-accent-soft pr-0.5 pl-2.5">
      {node && <StateIcon type={node.state_type} name={node.state_name} title />}
      <span className="max-w-72 min-w-0 truncate font-strong" title={node?.name ?? id}>
        {node?.name ?? id}
      </span>
      {node?.start && node.end && (
        <span className="shrink-0 text-muted">{duration((node.end - node.start) / 1000)}</span>
      )}
      {node?.kind === "flow-run" && (
        <RunLink
          kind="flow-run"
          id={node.id}
          className="inline-flex shrink-0 items-center gap-0.5 text-accent"
        >
          Open the subflow
          <ArrowUpRight size={13} />
        </RunLink>
      )}
      {node?.kind !== "flow-run" && (
        <Suspense fallback={<span className="size-6" />}>
          <TaskActions id={id} onDeleted={onClear} />
        </Suspense>
      )}
      <IconButton label="Show the whole run" className="!size-6 !rounded-full" onClick={onClear}>
        <X size={13} />
      </IconButton>
    </span>
  );
}
