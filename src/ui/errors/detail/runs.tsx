import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type FailedRun, type FailureGroup, failures } from "../../../schema/failures.ts";
import { clientOf } from "../../api.ts";
import { Empty, Panel } from "../../kit/panel.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import type { Column } from "../../kit/table/table.tsx";
import type { List } from "../../lists/list.ts";
import { Foot } from "../../lists/list-foot.tsx";
import { ListRows } from "../../lists/list-rows.tsx";
import { listOf } from "../../lists/use-pages.ts";
import { useSteadyList } from "../../lists/use-steady-list.ts";
import { RunLink, runPath } from "../../parts/runs/run-link.tsx";
import { StateBadge, StateIcon } from "../../parts/runs/state-badge.tsx";
import { Time } from "../../parts/time/time.tsx";

/** A run may have failed several times, so a row is named by its failure. */
interface Row extends FailedRun {
  id: string;
}

const pageSize = 100;

/** The failures of a group, newest first; each leads to the error of its run. */
export function FailedRuns({ group }: { group: FailureGroup }) {
  const pages = useInfiniteQuery({
    queryKey: ["failures", "runs", group.id],
    queryFn: ({ client, pageParam, signal }) =>
      clientOf(client).call(failures.runs, { id: group.id, limit: pageSize, after: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  const rows = useMemo(
    () =>
      pages.data?.pages.flatMap(({ runs }) =>
        runs.map((failed): Row => ({ ...failed, id: `${failed.occurred} ${failed.run.id}` })),
      ),
    [pages.data],
  );
  return (
    <Panel
      title="Runs"
      what="The runs"
      className="min-h-0 flex-1"
      source={{ ...pages, data: rows }}
      skeleton={<SkeletonRows rows={8} label="Loading runs" />}
      isEmpty={(all) => all.length === 0}
      empty={<Empty title="No run left">The runs that failed with this error have been deleted.</Empty>}
    >
      {(all) => (
        <Rows
          group={group}
          list={{
            ...listOf(all),
            hasMore: pages.hasNextPage,
            isLoadingMore: pages.isFetchingNextPage,
            loadMore: () => void (pages.isFetchingNextPage || pages.fetchNextPage()),
          }}
        />
      )}
    </Panel>
  );
}

const pathOf = ({ run }: Row) => `${runPath({ ...run, flowRunId: run.flow_run_id })}?tab=error`;

function Rows({ group, list: newest }: { group: FailureGroup; list: List<Row> }) {
  const list = useSteadyList(newest, group.id);
  const names = new Map(group.flows.map(({ id, name }) => [id, name]));
  const nameOf = ({ flow_id }: Row) => names.get(flow_id ?? "") ?? "";
  return (
    <ListRows
      what="run"
      title="Failed runs"
      list={list}
      place={`failed runs of ${group.id}`}
      pathOf={pathOf}
      columns={({ isNarrow }) => (isNarrow ? narrowColumns(nameOf) : wideColumns(nameOf))}
      foot={
        <Foot>
          <span>
            {list.rows.length.toLocaleString("en")}
            {list.hasMore && "+"} {list.rows.length === 1 ? "failure" : "failures"}, newest first
          </span>
        </Foot>
      }
    />
  );
}

const Name = ({ row }: { row: Row }) => (
  <RunLink
    {...row.run}
    flowRunId={row.run.flow_run_id}
    tabIndex={-1}
    className="min-w-0 flex-1 truncate font-strong"
  >
    {row.run.name}
  </RunLink>
);

const wideColumns = (nameOf: (row: Row) => string): readonly Column<Row>[] => [
  {
    key: "state",
    head: "State",
    width: "112px",
    className: "pl-3",
    cell: (row) => <StateBadge type={row.state_type} name={row.state_name} className="max-w-full" />,
  },
  {
    key: "run",
    head: "Run",
    width: "minmax(120px, 1.2fr)",
    cell: (row) => (
      <span className="flex min-w-0 items-baseline gap-2">
        <Name row={row} />
        <span className="shrink-0 text-xs text-faint">{row.run.kind === "task-run" ? "task" : ""}</span>
      </span>
    ),
  },
  {
    key: "flow",
    head: "Flow",
    width: "minmax(80px, 0.8fr)",
    cell: (row) => <span className="block truncate text-muted">{nameOf(row)}</span>,
  },
  {
    key: "time",
    head: "Failed",
    width: "104px",
    cell: (row) => (
      <span className="text-muted">
        <Time time={row.occurred} />
      </span>
    ),
  },
];

const narrowColumns = (nameOf: (row: Row) => string): readonly Column<Row>[] => [
  {
    key: "run",
    head: "Run",
    width: "minmax(0, 1fr)",
    cell: (row) => (
      <span className="block pl-1">
        <span className="flex items-center gap-2">
          <StateIcon type={row.state_type} name={row.state_name} title />
          <Name row={row} />
          <span className="text-xs text-muted">
            <Time time={row.occurred} />
          </span>
        </span>
        <span className="block truncate pl-[22px] text-xs text-muted">{nameOf(row)}</span>
      </span>
    ),
  },
];
