import { ArrowUpRight, X } from "lucide-react";
import { Suspense } from "react";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { RunNode } from "../../schema/graphs.ts";
import type { RunModel } from "../graph/model.ts";
import { IconButton } from "../kit/controls/button.tsx";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Empty } from "../kit/panel.tsx";
import { LogView } from "../log-view/log-view.tsx";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateBadge } from "../parts/runs/state-badge.tsx";
import { duration } from "../parts/time/durations.ts";
import { Attempts } from "./attempts.tsx";
import { useMayGrow } from "./data.ts";
import { DataPane } from "./data-pane.tsx";
import type { Report } from "./failure.ts";
import { PaneBoundary } from "./pane-boundary.tsx";
import { Related } from "./related.tsx";
import { type Selection, selectionOf } from "./selection.ts";
import type { RightTab, UrlState } from "./url-state.ts";

const Artifacts = lazyNamed(async () => (await import("./artifacts.tsx")).Artifacts);

interface Props {
  url: UrlState;
  run: FlowRun;
  flowName: string | undefined;
  model: RunModel | undefined;
  node: RunNode | undefined;
  reports: readonly Report[];
  isLive: boolean;
}

const tabs = [
  { value: "logs", label: "Logs" },
  { value: "attempts", label: "Attempts" },
  { value: "data", label: "Input and output" },
  { value: "artifacts", label: "Artifacts" },
  { value: "related", label: "Related" },
] as const satisfies readonly { value: RightTab; label: string }[];

/** What there is to know about what is selected; about the run itself when nothing is. */
export function RightPane({ url, run, flowName, model, node, reports, isLive }: Props) {
  const selection = selectionOf(url.id, url.taskRunId, node);
  const shown = url.taskRunId ? tabs.filter((tab) => tab.value !== "related") : tabs;
  const mayGrow = useMayGrow(run);
  const tab = shown.find(({ value }) => value === url.tab)?.value ?? "logs";
  return (
    <section aria-label="Details" className="flex min-h-0 min-w-0 flex-col bg-surface">
      {url.taskRunId && <Selected node={node} id={url.taskRunId} onClear={() => url.select(undefined)} />}
      <Tabs label="Details" value={tab} onChange={url.setTab} tabs={shown}>
        <TabPanel value="logs">
          <PaneBoundary what="The log">
            <Logs {...{ url, run, selection, model, isLive, mayGrow }} />
          </PaneBoundary>
        </TabPanel>
        <TabPanel value="attempts">
          <Attempts selection={selection} reports={reports} isLive={isLive} />
        </TabPanel>
        <TabPanel value="data">
          <DataPane selection={selection} model={model} onTask={url.select} />
        </TabPanel>
        <TabPanel value="artifacts">
          <PaneBoundary what="The artifacts">
            <Suspense fallback={null}>
              <Artifacts selection={selection} mayGrow={mayGrow} />
            </Suspense>
          </PaneBoundary>
        </TabPanel>
        <TabPanel value="related">
          <Related run={run} flowName={flowName} />
        </TabPanel>
      </Tabs>
    </section>
  );
}

function Selected({ node, id, onClear }: { node: RunNode | undefined; id: string; onClear: () => void }) {
  return (
    <div className="flex h-9 shrink-0 items-center gap-2 border-b bg-accent-soft pr-1 pl-3">
      <span className="min-w-0 truncate font-strong">{node?.name ?? id}</span>
      {node && <StateBadge type={node.state_type} name={node.state_name} />}
      {node?.start && node.end && (
        <span className="text-muted">{duration((node.end - node.start) / 1000)}</span>
      )}
      <span className="flex-1" />
      {node?.kind === "flow-run" && (
        <RunLink kind="flow-run" id={node.id} className="inline-flex items-center gap-0.5 text-accent">
          Open the subflow
          <ArrowUpRight size={13} />
        </RunLink>
      )}
      <IconButton label="Show the whole run" onClick={onClear}>
        <X size={14} />
      </IconButton>
    </div>
  );
}

interface LogsProps {
  url: UrlState;
  run: FlowRun;
  selection: Selection;
  model: RunModel | undefined;
  isLive: boolean;
  mayGrow: boolean;
}

function Logs({ url, run, selection, model, isLive, mayGrow }: LogsProps) {
  const nameOf = (taskRunId: string) => {
    const index = model?.indexOf(taskRunId);
    return index === undefined ? undefined : model?.nodes[index]?.name;
  };
  return (
    <LogView
      key={`${selection.flowRunId} ${selection.taskRunId}`}
      flowRunId={selection.flowRunId}
      taskRunId={selection.taskRunId}
      isLive={mayGrow}
      startAt={isLive || run.state_type !== "COMPLETED" ? "end" : "start"}
      state={url.log}
      onState={url.setLog}
      taskName={nameOf}
      onTask={url.select}
      empty={
        <Empty
          title={isLive ? "No logs yet" : "No logs"}
          code={`import { runLogger } from "praetor-flow";\n\nrunLogger().info(\`\${rows.length} rows read\`);`}
        >
          Logs and console output of {selection.taskRunId ? "the task" : "the flow"} appear here as they are
          written.
        </Empty>
      }
    />
  );
}
