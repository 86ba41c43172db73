import { Suspense } from "react";
import type { RunModel } from "../graph/model.ts";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Empty, Failed } from "../kit/panel.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import type { GraphSource } from "./data.ts";
import { PaneBoundary } from "./pane-boundary.tsx";
import type { LeftView, UrlState } from "./url-state.ts";

const GraphView = lazyNamed(async () => (await import("../graph/view.tsx")).GraphView);
const Timeline = lazyNamed(async () => (await import("../graph/timeline/timeline.tsx")).Timeline);

interface Props {
  url: UrlState;
  source: GraphSource;
  model: RunModel | undefined;
  taskCount: number | undefined;
  isLive: boolean;
}

const tabs = [
  { value: "graph", label: "Graph" },
  { value: "timeline", label: "Timeline" },
] as const satisfies readonly { value: LeftView; label: string }[];

/** The run as a whole, to find one's way in. Nothing else on the page waits for it. */
export function LeftPane({ url, source, model, taskCount, isLive }: Props) {
  const view = { model, selected: url.taskRunId, onSelect: url.select };
  return (
    <section aria-label="Tasks of the run" className="flex min-h-0 min-w-0 flex-col bg-bg">
      <Tabs
        label="Views of the run"
        value={url.view}
        onChange={url.setView}
        tabs={tabs.map((tab) => ({
          ...tab,
          count: tab.value === "graph" ? taskCount?.toLocaleString("en") : undefined,
        }))}
      >
        {tabs.map(({ value }) => (
          <TabPanel key={value} value={value}>
            <PaneBoundary what={value === "graph" ? "The graph" : "The timeline"}>
              <Suspense fallback={<Waiting />}>
                {!model && source.isError ? (
                  <Failed what="The tasks" error={source.error} onRetry={() => void source.refetch()} />
                ) : !model ? (
                  <Waiting />
                ) : taskCount === 0 ? (
                  <NoTasks isLive={isLive} />
                ) : value === "graph" ? (
                  <GraphView {...view} model={model} />
                ) : (
                  <Timeline {...view} model={model} isLive={isLive} />
                )}
              </Suspense>
            </PaneBoundary>
          </TabPanel>
        ))}
      </Tabs>
    </section>
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
    <Empty
      title={isLive ? "No tasks yet" : "This run called no tasks"}
      code={`const double = task({ name: "double" }, (n: number) => n * 2);\n\nconst numbers = flow({ name: "numbers" }, async () => {\n  return await double(21);\n});`}
    >
      A function wrapped in <code>task</code> appears here each time the flow calls it: with its state, its
      duration, its own log and its retries.
    </Empty>
  );
}
