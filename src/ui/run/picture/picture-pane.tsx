import { Suspense, useSyncExternalStore } from "react";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import type { Histogram, RunModel } from "../../graph/model.ts";
import { TabPanel, Tabs } from "../../kit/controls/tabs.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { Empty, Failed } from "../../kit/panel.tsx";
import { Skeleton } from "../../kit/skeleton.tsx";
import { useIsPython } from "../../parts/runs/python-run.ts";
import type { GraphSource } from "../data.ts";
import { PaneBoundary } from "../pane-boundary.tsx";
import type { UrlState, View } from "../url-state.ts";
import { PictureTools, type ToolsProps } from "./picture-tools.tsx";

const GraphView = lazyNamed(async () => (await import("../../graph/view.tsx")).GraphView);
const Timeline = lazyNamed(async () => (await import("../../graph/timeline/timeline.tsx")).Timeline);
const TasksTab = lazyNamed(async () => (await import("./tasks-tab.tsx")).TasksTab);
const SubflowsTab = lazyNamed(async () => (await import("./subflows-tab.tsx")).SubflowsTab);
const TaskGrid = lazyNamed(async () => (await import("../../parts/runs/task-grid.tsx")).TaskGrid);

interface Props {
  url: UrlState;
  run: FlowRun;
  source: GraphSource;
  model: RunModel | undefined;
  /** Undefined while they are not known. */
  taskCount: number | undefined;
  /** Task runs by tone, as they change. */
  tasks: Histogram | undefined;
  isLive: boolean;
  tools: ToolsProps;
}

const views = [
  { value: "graph", label: "Graph", what: "The graph" },
  { value: "timeline", label: "Timeline", what: "The timeline" },
  { value: "tasks", label: "Tasks", what: "The task runs" },
  { value: "subflows", label: "Subflows", what: "The subflows" },
  { value: "history", label: "History", what: "The history" },
] as const satisfies readonly { value: View; label: string; what: string }[];

/** The run as a whole, to find one's way in. Nothing else on the page waits for it. */
export function PicturePane(props: Props) {
  const { url, model, taskCount, tools } = props;
  const subflowCount = useSubflowCount(model, url.id);
  const counts = { tasks: taskCount, subflows: subflowCount } as const;
  // A run that called no flows has no list of them, unless the address asks for it.
  const shown = views.filter(({ value }) => value !== "subflows" || subflowCount || url.view === value);
  return (
    <section aria-label="Tasks of the run" className="flex min-h-0 min-w-0 flex-1 flex-col bg-bg">
      <Tabs
        label="Views of the run"
        // Folded, none of them is shown, and each opens the pane.
        value={tools.isFolded ? null : url.view}
        onChange={(next) => {
          if (tools.isFolded) tools.onFold();
          url.setView(next);
        }}
        tabs={shown.map(({ value, label }) => ({
          ...{ value, label },
          count:
            value in counts
              ? counts[value === "tasks" ? "tasks" : "subflows"]?.toLocaleString("en")
              : undefined,
        }))}
        actions={<PictureTools {...tools} />}
      >
        {!tools.isFolded &&
          shown.map(({ value, what }) => (
            <TabPanel key={value} value={value}>
              <PaneBoundary what={what}>
                <Suspense fallback={<Waiting />}>
                  <Picture {...props} value={value} />
                </Suspense>
              </PaneBoundary>
            </TabPanel>
          ))}
      </Tabs>
    </section>
  );
}

const nothing = () => () => {};

function useSubflowCount(model: RunModel | undefined, id: string): number | undefined {
  return useSyncExternalStore(model?.onChange ?? nothing, () =>
    model?.nodes.reduce(
      (sum, node) => sum + (node.kind === "flow-run" && (node.flow_run_id ?? id) === id ? 1 : 0),
      0,
    ),
  );
}

function Picture({ value, ...props }: Omit<Props, "tools"> & { value: View }) {
  const { url, run, source, model, taskCount, tasks, isLive } = props;
  const view = { selected: url.taskRunId, onSelect: url.select };
  if (value === "tasks")
    return <TasksTab {...view} run={run} tasks={tasks} query={url.tasks} onQuery={url.setTasks} />;
  if (value === "subflows") return <SubflowsTab {...view} flowRunId={run.id} model={model} />;
  if (value === "history") return <TaskGrid run={run} isOwn />;
  if (!model && source.isError)
    return <Failed what="The tasks" error={source.error} onRetry={() => void source.refetch()} />;
  if (!model) return <Waiting />;
  if (taskCount === 0) return <NoTasks run={run} isLive={isLive} />;
  return (
    <>
      {model.omitted > 0 && <Omitted model={model} onAll={() => url.setView("tasks")} />}
      <div className="min-h-0 flex-1">
        {value === "timeline" ? (
          <Timeline {...view} {...{ model, isLive }} />
        ) : (
          <GraphView {...view} {...{ model, isLive }} />
        )}
      </div>
    </>
  );
}

/** A browser cannot hold more. */
function Omitted({ model, onAll }: { model: RunModel; onAll: () => void }) {
  const all = model.taskCount.toLocaleString("en");
  return (
    <p role="status" className="shrink-0 border-b bg-sunken px-3 py-1.5 text-late">
      {(model.taskCount - model.omitted).toLocaleString("en")} of {all} task runs are drawn.{" "}
      <button type="button" className="underline" onClick={onAll}>
        List all {all}
      </button>
    </p>
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

const example = `const double = task({ name: "double" }, (n: number) => n * 2);

const numbers = flow({ name: "numbers" }, async () => {
  return await double(21);
});`;
const pythonExample = `@task
def double(n: int) -> int:
    return n * 2

@flow
def numbers():
    return double(21)`;

function NoTasks({ run, isLive }: { run: FlowRun; isLive: boolean }) {
  const isPython = useIsPython(run);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <Empty
        title={isLive ? "No tasks yet" : "This run called no tasks"}
        code={isPython ? pythonExample : example}
      >
        A function wrapped in <code>task</code> appears here each time the flow calls it: with its state, its
        duration, its own log and its retries.
      </Empty>
    </div>
  );
}
