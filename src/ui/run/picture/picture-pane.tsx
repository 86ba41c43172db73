import { Suspense } from "react";
import type { RunModel } from "../../graph/model.ts";
import { TabPanel, Tabs } from "../../kit/controls/tabs.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { Empty, Failed } from "../../kit/panel.tsx";
import { Skeleton } from "../../kit/skeleton.tsx";
import type { GraphSource } from "../data.ts";
import { PaneBoundary } from "../pane-boundary.tsx";
import type { UrlState, View } from "../url-state.ts";
import { PictureTools, type ToolsProps } from "./picture-tools.tsx";

const GraphView = lazyNamed(async () => (await import("../../graph/view.tsx")).GraphView);
const Timeline = lazyNamed(async () => (await import("../../graph/timeline/timeline.tsx")).Timeline);

interface Props {
  url: UrlState;
  source: GraphSource;
  model: RunModel | undefined;
  /** Undefined while they are not known. */
  taskCount: number | undefined;
  isLive: boolean;
  tools: ToolsProps;
}

const views = [
  { value: "graph", label: "Graph", what: "The graph" },
  { value: "timeline", label: "Timeline", what: "The timeline" },
] as const satisfies readonly { value: View; label: string; what: string }[];

/** The run as a whole, to find one's way in. Nothing else on the page waits for it. */
export function PicturePane({ url, source, model, taskCount, isLive, tools }: Props) {
  const shown = views.find(({ value }) => value === url.view)?.value ?? "graph";
  return (
    <section aria-label="Tasks of the run" className="flex min-h-0 min-w-0 flex-1 flex-col bg-bg">
      <Tabs
        label="Views of the run"
        // Folded, none of them is shown, and each opens the pane.
        value={tools.isFolded ? null : shown}
        onChange={url.setView}
        tabs={views.map(({ value, label }) => ({
          ...{ value, label },
          count: value === "graph" ? taskCount?.toLocaleString("en") : undefined,
        }))}
        actions={<PictureTools {...tools} />}
      >
        {!tools.isFolded &&
          views.map(({ value, what }) => (
            <TabPanel key={value} value={value}>
              <PaneBoundary what={what}>
                <Suspense fallback={<Waiting />}>
                  <Picture {...{ value, url, source, model, taskCount, isLive }} />
                </Suspense>
              </PaneBoundary>
            </TabPanel>
          ))}
      </Tabs>
    </section>
  );
}

function Picture({ value, url, source, model, taskCount, isLive }: Omit<Props, "tools"> & { value: View }) {
  if (!model && source.isError)
    return <Failed what="The tasks" error={source.error} onRetry={() => void source.refetch()} />;
  if (!model) return <Waiting />;
  if (taskCount === 0) return <NoTasks isLive={isLive} />;
  const view = { model, selected: url.taskRunId, onSelect: url.select };
  return value === "timeline" ? (
    <Timeline {...view} isLive={isLive} />
  ) : (
    <GraphView {...view} isLive={isLive} />
  );
}

function Waiting() {
  return (
    <div
      className="flex h-full items-center justify-center gap-14 p-8"
      role="status"
      aria-label="Loading the tasks"
    >
      {["one", "two", "three"].map((key) => (
        <Skeleton key={key} className="h-11 w-40 rounded-md" />
      ))}
    </div>
  );
}

function NoTasks({ isLive }: { isLive: boolean }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <Empty
        title={isLive ? "No tasks yet" : "This run called no tasks"}
        code={`const double = task({ name: "double" }, (n: number) => n * 2);\n\nconst numbers = flow({ name: "numbers" }, async () => {\n  return await double(21);\n});`}
      >
        A function wrapped in <code>task</code> appears here each time the flow calls it: with its state, its
        duration, its own log and its retries.
      </Empty>
    </div>
  );
}
