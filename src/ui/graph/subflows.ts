import { useCallback, useMemo } from "react";
import { useSearchParams } from "../kit/router.tsx";
import type { ModelNode } from "./model.ts";

/** Ids of flow runs in an address: more would make it longer than servers take. */
const mostOpened = 40;
const parameter = "open";
const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface OpenSubflows {
  /** Flow runs whose tasks are shown where they were called. */
  ids: ReadonlySet<string>;
  /** Shows the tasks of this flow run in place, or no longer. */
  toggle: (flowRunId: string) => void;
}

/** The subflows that are opened on this page. They are part of its address, so that a link to a task inside one finds it. */
export function useOpenSubflows(): OpenSubflows {
  const [search, setSearch] = useSearchParams();
  const listed = search.get(parameter) ?? "";
  const ids = useMemo(() => new Set(idsIn(listed)), [listed]);
  const toggle = useCallback(
    (flowRunId: string) =>
      setSearch(
        (before) => {
          const open = new Set(idsIn(before.get(parameter) ?? ""));
          if (!open.delete(flowRunId)) open.add(flowRunId);
          return withOnly(before, open);
        },
        { replace: true },
      ),
    [setSearch],
  );
  return { ids, toggle };
}

/** An address may have been typed by anyone. */
const idsIn = (text: string): string[] =>
  text
    .split(".")
    .filter((id) => isId.test(id))
    .slice(-mostOpened);

/** The same search with these subflows opened as well. */
export const withOpened = (search: URLSearchParams, flowRunIds: readonly string[]): URLSearchParams =>
  withOnly(search, new Set([...idsIn(search.get(parameter) ?? ""), ...flowRunIds]));

/** The oldest are closed where there are too many. */
function withOnly(search: URLSearchParams, opened: ReadonlySet<string>): URLSearchParams {
  const next = new URLSearchParams(search);
  if (opened.size === 0) next.delete(parameter);
  else next.set(parameter, [...opened].slice(-mostOpened).join("."));
  return next;
}

/** For each node whether it is shown: those of a subflow are while it is opened, and every one around it. */
export function shownNodes(
  nodes: readonly ModelNode[],
  opened: ReadonlySet<string>,
): (node: number) => boolean {
  const known = new Map<number, boolean>([[-1, true]]);
  const isOpen = (container: number): boolean => {
    const before = known.get(container);
    if (before !== undefined) return before;
    const subflow = nodes[container];
    const answer = subflow !== undefined && opened.has(subflow.id) && isOpen(subflow.container);
    known.set(container, answer);
    return answer;
  };
  return (node) => isOpen(nodes[node]?.container ?? -1);
}
