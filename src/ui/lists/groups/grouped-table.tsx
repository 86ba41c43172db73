import type { ReactNode } from "react";
import type { RunGroup } from "../../../schema/run-groups.ts";
import { Failed } from "../../kit/panel.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import type { Column } from "../../kit/table/table.tsx";
import { Time } from "../../parts/time/time.tsx";
import { Foot } from "../list-foot.tsx";
import type { Listed } from "../list-rows.tsx";
import { MistakenQuery } from "../mistaken-query.tsx";
import { NoMatch } from "../no-match.tsx";
import { type Language, read } from "../query-text.ts";
import { SearchProgress } from "../search-progress.tsx";
import { chosenColumns } from "../views/columns.ts";
import { useColumns } from "../views/use-columns.ts";
import { GroupedRows } from "./grouped-rows.tsx";
import { type GroupRows, itemsOf } from "./merged-groups.ts";
import type { Groups } from "./use-groups.ts";

interface Props<T> {
  /** What one row is: `run`. */
  what: string;
  title: string;
  label: string;
  groups: Groups;
  /** The rows of the open groups. */
  open: ReadonlyMap<string, GroupRows<T>>;
  q: string;
  /** Names the list beside its query: its order, its tab, its grouping. */
  place: string;
  language: Language;
  onQuery: (q: string) => void;
  pathOf: (row: T) => string;
  columns: (listed: Listed<T>) => readonly Column<T>[];
  columnList: string;
  columnAt?: ((key: string) => Column<T> | undefined) | undefined;
  bulkBar: (listed: Listed<T>) => ReactNode;
  groupLabel: (group: RunGroup) => { label: ReactNode; name: string };
  onToggle: (key: string) => void;
  onNarrow: (group: RunGroup) => void;
  /** Shown when there is nothing at all. */
  empty: ReactNode;
  note: ReactNode;
}

/** A list by groups: its query is not understood, groups are counted, failed, are none, or are shown. */
export function GroupedTable<T extends { id: string }>(props: Props<T>) {
  const { what, title, groups, open, q, place, language, onQuery } = props;
  const [keys] = useColumns(props.columnList);
  const plural = title.toLowerCase();
  const { misunderstood } = read(q, language);
  if (misunderstood.length > 0)
    return <MistakenQuery q={q} misunderstood={misunderstood} onQuery={onQuery} />;
  if (groups.isPending) return <SkeletonRows rows={8} label={`Counting ${plural}`} />;
  if (groups.error && groups.total === 0)
    return <Failed what={title} error={groups.error} onRetry={groups.refetch} />;
  if (groups.total === 0 && groups.isWhole)
    return q ? (
      <NoMatch q={q} what={what} total={undefined} language={language} onQuery={onQuery} />
    ) : (
      props.empty
    );
  const opened = [...open].map(([key, { rows, isPending }]) => `${key} ${isPending || rows.length}`);
  return (
    <GroupedRows
      {...{ what, title, label: props.label, isWhole: groups.isWhole }}
      key={`${place} ${q}`}
      items={itemsOf(groups.groups, open)}
      place={`${plural} ${place} ${q} ${groups.search?.pages ?? 1} ${opened.join()}`}
      pathOf={props.pathOf}
      columns={(listed) => {
        const all = props.columns(listed);
        return listed.isNarrow ? all : chosenColumns(all, keys, props.columnAt);
      }}
      bulkBar={props.bulkBar}
      groupLabel={({ group }) => props.groupLabel(group)}
      onToggle={props.onToggle}
      onNarrow={props.onNarrow}
      foot={<GroupsFoot what={plural} groups={groups} note={props.note} />}
    />
  );
}

/** How many there are in all groups, and how far the counts have got. */
function GroupsFoot({ what, groups, note }: { what: string; groups: Groups; note: ReactNode }) {
  const number = (count: number) => count.toLocaleString("en");
  return (
    <Foot>
      <span>
        {number(groups.groups.length)} {groups.groups.length === 1 ? "group" : "groups"}
      </span>
      {groups.search ? (
        <SearchProgress search={groups.search} what={what} matches={groups.total} hasMore={!groups.isWhole} />
      ) : (
        <span>
          {number(groups.total)} {what}
        </span>
      )}
      {groups.others > 0 && (
        <span>{number(groups.others)} with other values, narrow the filter to list them</span>
      )}
      {groups.search && groups.isWhole && (
        <span className="max-sm:hidden">
          Counted at <Time time={new Date(groups.at).toISOString()} as="clock" /> ·{" "}
          <button type="button" className="underline hover:text-fg" onClick={groups.refetch}>
            Count again
          </button>
        </span>
      )}
      {note}
      {groups.error !== null && (
        <button type="button" className="text-danger underline" onClick={groups.refetch}>
          Could not count {what} · Retry
        </button>
      )}
    </Foot>
  );
}
