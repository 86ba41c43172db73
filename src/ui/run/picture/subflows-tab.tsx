import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import { flows } from "../../../schema/flows.ts";
import type { RecentRuns } from "../../../schema/waiting.ts";
import { query, useIsPraetor } from "../../api.ts";
import type { RunModel } from "../../graph/model.ts";
import { Empty, Failed } from "../../kit/panel.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import type { Column } from "../../kit/table/table.tsx";
import type { Cursor, Page } from "../../lists/head-changes.ts";
import { Foot } from "../../lists/list-foot.tsx";
import { type HeadSource, useHeadPages } from "../../lists/use-head-pages.ts";
import { useRecentRuns } from "../../parts/runs/recent-runs.ts";
import { Details, DurationCell } from "../../parts/runs/run-cells.tsx";
import { RunLink } from "../../parts/runs/run-link.tsx";
import { StateBadge } from "../../parts/runs/state-badge.tsx";
import { Time } from "../../parts/time/time.tsx";
import { typicalDurationOf } from "../../parts/time/typical-duration.ts";
import { PickRows } from "./pick-rows.tsx";

interface Props {
  flowRunId: string;
  model: RunModel | undefined;
  /** The task run that stands for the selected subflow. */
  selected: string | undefined;
  onSelect: (taskRunId: string) => void;
}

const pageSize = 100;

/** The flow runs that this one called, page by page in the order in which they began. */
const subflowSource = (flowRunId: string): HeadSource<FlowRun> => ({
  noun: "flow-runs",
  input: { parent: flowRunId },
  pageSize,
  order: (a, b) => (began(a) < began(b) ? -1 : 1),
  async read(client, cursor: Cursor | null, signal): Promise<Page<FlowRun>> {
    const past = cursor && "past" in cursor ? cursor.past : 0;
    const input = {
      flow_runs: { parent_flow_run_id: { any_: [flowRunId] } },
      sort: "START_TIME_ASC",
    } as const;
    const page = { limit: pageSize, offset: past };
    const results = await client.call(flowRuns.filter, { ...input, ...page }, signal ? { signal } : {});
    return { results, next: results.length < pageSize ? null : { past: past + pageSize } };
  },
});

const began = (run: FlowRun): string => `${run.start_time ?? run.expected_start_time ?? ""} ${run.id}`;

/** Every flow run that the flow run called. */
export function SubflowsTab({ flowRunId, model, selected, onSelect }: Props) {
  const source = useMemo(() => subflowSource(flowRunId), [flowRunId]);
  const list = useHeadPages(source);
  const columns = useColumns(list.rows, model);
  if (list.isPending) return <SkeletonRows rows={8} label="Loading the subflows" />;
  if (list.error && list.loaded === 0)
    return <Failed what="The subflows" error={list.error} onRetry={list.refetch} />;
  if (list.rows.length === 0)
    return (
      <Empty title="No subflows" code={'const parent = flow({ name: "parent" }, () => child());'}>
        A flow that this flow calls appears here as a run of its own.
      </Empty>
    );
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-surface">
      <PickRows<FlowRun>
        what="subflow"
        label="Subflows"
        place={`subflows of ${flowRunId}`}
        list={list}
        narrow={["state", "name", "duration"]}
        columns={columns}
        isPicked={(run) => selected !== undefined && run.parent_task_run_id === selected}
        onPick={(run) => run.parent_task_run_id && onSelect(run.parent_task_run_id)}
        foot={
          <Foot>
            <span>
              {list.rows.length.toLocaleString("en")}
              {list.hasMore && "+"} {list.rows.length === 1 ? "subflow" : "subflows"}
            </span>
          </Foot>
        }
      />
    </div>
  );
}

/** Names of flows, which a Prefect server is asked for, and how long their runs usually take. */
function useFlows(ids: readonly string[]) {
  const isPraetor = useIsPraetor();
  const recent = useRecentRuns("flow", ids);
  const named = useQuery({
    ...query(flows.filter, { flows: { id: { any_: ids.slice(0, 200).toSorted() } } }),
    enabled: !isPraetor && ids.length > 0,
    staleTime: 60_000,
  });
  return {
    nameOf: (id: string) => recent.of(id)?.name ?? named.data?.find((flow) => flow.id === id)?.name,
    usual: (id: string) => typicalDurationOf(completedSeconds(recent.of(id))),
  };
}

const completedSeconds = (recent: RecentRuns | undefined): number[] =>
  (recent?.runs ?? []).flatMap(({ state_type, duration }) => (state_type === "COMPLETED" ? [duration] : []));

function useColumns(rows: readonly FlowRun[], model: RunModel | undefined): readonly Column<FlowRun>[] {
  const { nameOf, usual } = useFlows([...new Set(rows.map((run) => run.flow_id))]);
  const callerOf = (run: FlowRun): string | undefined => {
    const index = model?.indexOf(run.parent_task_run_id ?? "");
    const within = index === undefined ? -1 : (model?.nodes[index]?.within ?? -1);
    return model?.nodes[within]?.name;
  };
  const hasCallers = rows.some((run) => callerOf(run) !== undefined);
  return [
    {
      ...{ key: "state", head: "State", width: "minmax(112px, 140px)", className: "pl-3" },
      cell: (run) => <StateBadge type={run.state_type} name={run.state_name} className="max-w-full" />,
    },
    {
      ...{ key: "name", head: "Run", width: "minmax(120px, 1fr)" },
      cell: (run) => (
        <RunLink kind="flow-run" id={run.id} tabIndex={-1} className="block font-strong">
          {run.name}
        </RunLink>
      ),
    },
    {
      ...{ key: "flow", head: "Flow", width: "minmax(90px, 0.8fr)", className: "text-muted" },
      cell: (run) => <span className="block truncate">{nameOf(run.flow_id)}</span>,
    },
    ...(hasCallers
      ? [
          {
            ...{ key: "caller", head: "Called in", width: "minmax(90px, 0.8fr)", className: "text-muted" },
            cell: (run: FlowRun) => <span className="block truncate">{callerOf(run)}</span>,
          },
        ]
      : []),
    {
      ...{ key: "started", head: "Started", width: "96px", className: "text-muted" },
      cell: (run) => <Time time={run.start_time ?? run.expected_start_time} as="clock" />,
    },
    {
      ...{ key: "duration", head: "Duration", width: "minmax(84px, 176px)", className: "overflow-hidden" },
      cell: (run) => <DurationCell run={run} usual={usual(run.flow_id)} />,
    },
    {
      ...{ key: "details", head: "Message, parameters, tags", width: "minmax(100px, 2fr)" },
      cell: (run) => <Details run={run} parameters={run.parameters} />,
    },
  ];
}
