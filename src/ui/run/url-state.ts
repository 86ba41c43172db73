import { useNavigate, useParams, useSearchParams } from "react-router";
import type { LogViewState } from "../log-view/lines.ts";
import { runPath } from "../parts/runs/run-link.tsx";

export const leftViews = ["graph", "timeline"] as const;
export type LeftView = (typeof leftViews)[number];
export const rightTabs = ["logs", "attempts", "data", "artifacts", "related"] as const;
export type RightTab = (typeof rightTabs)[number];

export interface UrlState {
  id: string;
  /** The selected task run. */
  taskRunId: string | undefined;
  view: LeftView;
  tab: RightTab;
  log: LogViewState;
  select: (taskRunId: string | undefined) => void;
  setView: (view: LeftView) => void;
  setTab: (tab: RightTab) => void;
  setLog: (patch: Partial<LogViewState>) => void;
}

/** SelectionDialog on the page that a link should bring back. */
export function useUrlState(): UrlState {
  const { id = "", taskRunId } = useParams();
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const set = (patch: Record<string, string | undefined>) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [key, value] of Object.entries(patch)) {
          if (value) next.set(key, value);
          else next.delete(key);
        }
        return next;
      },
      { replace: true },
    );
  return {
    id,
    taskRunId,
    view: leftViews.find((view) => view === search.get("view")) ?? "graph",
    tab: rightTabs.find((tab) => tab === search.get("tab")) ?? "logs",
    log: {
      level: Number(search.get("level")) || 0,
      text: search.get("find") ?? "",
      line: search.get("line") ?? undefined,
    },
    select: (next) => {
      const path = next ? runPath({ kind: "task-run", id: next, flowRunId: id }) : `/runs/${id}`;
      void navigate({ pathname: path, search: search.toString() });
    },
    setView: (view) => set({ view: view === "graph" ? undefined : view }),
    setTab: (tab) => set({ tab: tab === "logs" ? undefined : tab }),
    setLog: (patch) =>
      set({
        ...("level" in patch ? { level: patch.level ? String(patch.level) : undefined } : {}),
        ...("text" in patch ? { find: patch.text } : {}),
        ...("line" in patch ? { line: patch.line } : {}),
      }),
  };
}
