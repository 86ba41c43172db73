import type { RunGroup, RunGroups } from "../../../schema/run-groups.ts";

/** What requests one after the other have counted, added up; the largest group first. */
export interface MergedGroups {
  groups: readonly RunGroup[];
  /** Rows with values that have no group of their own. */
  others: number;
  /** Rows in groups. */
  total: number;
}

export function mergeGroups(pages: readonly RunGroups[]): MergedGroups {
  const merged = new Map<string | null, RunGroup>();
  for (const group of pages.flatMap((page) => page.groups)) {
    const before = merged.get(group.value);
    merged.set(group.value, before ? { ...before, count: before.count + group.count } : group);
  }
  const groups = [...merged.values()].toSorted(
    (a, b) => b.count - a.count || (a.label ?? "~").localeCompare(b.label ?? "~"),
  );
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  const others = sum(pages.map((page) => page.others));
  return { groups, others, total: others + sum(groups.map(({ count }) => count)) };
}

/** Names a group in an address; rows without a value have the empty name. */
export const keyOf = ({ value }: Pick<RunGroup, "value">): string => value ?? "";

/** One line of a grouped list. */
export type GroupItem<T> =
  | { kind: "group"; id: string; group: RunGroup; isOpen: boolean }
  | { kind: "row"; id: string; key: string; row: T }
  | { kind: "more"; id: string; key: string; rows: GroupRows<T> };

/** The rows of an open group, as far as they were read. */
export interface GroupRows<T> {
  rows: readonly T[];
  isPending: boolean;
  error: unknown;
  hasMore: boolean;
  /** Of a search that no index serves: how many rows were looked at. */
  searched: number | undefined;
  loadMore: () => void;
  refetch: () => void;
}

/** Groups with the rows of those that are open below them, line by line. */
export function itemsOf<T extends { id: string }>(
  groups: readonly RunGroup[],
  open: ReadonlyMap<string, GroupRows<T>>,
): GroupItem<T>[] {
  return groups.flatMap((group): GroupItem<T>[] => {
    const key = keyOf(group);
    const opened = open.get(key);
    const head: GroupItem<T> = { kind: "group", id: `group ${key}`, group, isOpen: opened !== undefined };
    if (!opened) return [head];
    // A row with two of the values stands in two groups.
    const rows = opened.rows.map((row) => ({ kind: "row", id: `${key} ${row.id}`, key, row }) as const);
    const isWhole = !opened.isPending && !opened.hasMore && opened.error === null && rows.length > 0;
    return [
      head,
      ...rows,
      ...(isWhole ? [] : [{ kind: "more", id: `more ${key}`, key, rows: opened } as const]),
    ];
  });
}
