import { withOpened } from "../graph/subflows.ts";
import { useNavigate, useParams, useSearchParams } from "../kit/router.tsx";
import type { LogViewState } from "../log-view/lines.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import { groupNames, type TaskQuery, taskSorts } from "./picture/task-list.ts";

/** What the upper pane shows. */
export const views = ["graph", "timeline", "tasks", "subflows", "history"] as const;
export type View = (typeof views)[number];
/** What the lower pane tells of the selection. */
export const detailTabs = [
  "logs",
  "attempts",
  "error",
  "data",
  "artifacts",
  "events",
  "related",
  "job-variables",
] as const;
export type DetailTab = (typeof detailTabs)[number];

export interface UrlState {
  id: string;
  /** The selected task run. */
  taskRunId: string | undefined;
  /** The flow run that the selected task run belongs to: a subflow that was opened in place, or the page's own. */
  within: string;
  view: View;
  /** Whether the address names the view, or shows what every run shows first. */
  isViewNamed: boolean;
  tab: DetailTab;
  log: LogViewState;
  /** What the list of task runs asks for. */
  tasks: TaskQuery;
  setTasks: (patch: Partial<TaskQuery>) => void;
  select: (taskRunId: string | undefined, within?: string) => void;
  setView: (view: View) => void;
  setTab: (tab: DetailTab) => void;
  setLog: (patch: Partial<LogViewState>) => void;
  /** Selects a task run of a subflow, and opens the subflows that lead to it, the outermost first. */
  reach: (flowRunIds: readonly string[], taskRunId: string) => void;
  /** The task that is named and a tab of its details, in one step. */
  open: (taskRunId: string | undefined, tab: DetailTab) => void;
  /** Leads to the failed tasks in the list of all. */
  toFailed: string;
}

type Patch = Readonly<Record<string, string | undefined>>;

function patched(search: URLSearchParams, patch: Patch): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [key, value] of Object.entries(patch)) {
    if (value) next.set(key, value);
    else next.delete(key);
  }
  return next;
}

/** What the page shows, as a link brings it back. */
export function useUrlState(): UrlState {
  const { id = "", taskRunId } = useParams();
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const set = (patch: Patch) => setSearch((before) => patched(before, patch), { replace: true });
  const goTo = (next: string | undefined, patch: Patch) => {
    const path = next ? runPath({ kind: "task-run", id: next, flowRunId: id }) : `/runs/${id}`;
    void navigate({ pathname: path, search: patched(search, patch).toString() });
  };
  const named = views.find((view) => view === search.get("view"));
  return {
    id,
    taskRunId,
    within: (taskRunId && search.get("in")) || id,
    view: named ?? "graph",
    isViewNamed: named !== undefined,
    tab: detailTabs.find((tab) => tab === search.get("tab")) ?? "logs",
    log: {
      level: Number(search.get("level")) || 0,
      text: search.get("find") ?? "",
      logger: search.get("logger") ?? undefined,
      task: search.get("log-task") ?? undefined,
      attempt: Number(search.get("log-attempt")) || undefined,
      line: search.get("line") ?? undefined,
      withSubflows: search.has("subflow-logs"),
    },
    tasks: {
      group: groupNames.find((name) => name === search.get("state")),
      text: search.get("task") ?? "",
      sort: taskSorts.find((sort) => sort === search.get("by")) ?? "started",
    },
    setTasks: (patch) =>
      set({
        ...("group" in patch ? { state: patch.group } : {}),
        ...("text" in patch ? { task: patch.text } : {}),
        ...("sort" in patch ? { by: patch.sort === "started" ? undefined : patch.sort } : {}),
      }),
    select: (next, within) => goTo(next, { in: next && within !== id ? within : undefined }),
    setView: (view) => set({ view }),
    setTab: (tab) => set({ tab: tab === "logs" ? undefined : tab }),
    setLog: (patch) =>
      set({
        ...("level" in patch ? { level: patch.level ? String(patch.level) : undefined } : {}),
        ...("text" in patch ? { find: patch.text } : {}),
        ...("logger" in patch ? { logger: patch.logger } : {}),
        ...("task" in patch ? { "log-task": patch.task } : {}),
        ...("attempt" in patch ? { "log-attempt": patch.attempt?.toString() } : {}),
        ...("line" in patch ? { line: patch.line } : {}),
        ...("withSubflows" in patch ? { "subflow-logs": patch.withSubflows ? "1" : undefined } : {}),
      }),
    toFailed: `?${patched(search, { view: "tasks", state: "failed" })}`,
    reach(flowRunIds, taskRunId) {
      const within = flowRunIds.at(-1);
      const opened = withOpened(patched(search, { in: within }), flowRunIds);
      void navigate({
        pathname: runPath({ kind: "task-run", id: taskRunId, flowRunId: id }),
        search: opened.toString(),
      });
    },
    open: (next, tab) => goTo(next, { in: undefined, tab: tab === "logs" ? undefined : tab }),
  };
}
