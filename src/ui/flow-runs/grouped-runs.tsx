import { type ReactNode, useMemo } from "react";
import { type RunGroup, runGroups } from "../../schema/run-groups.ts";
import { GroupedTable } from "../lists/groups/grouped-table.tsx";
import { keyOf } from "../lists/groups/merged-groups.ts";
import { useGroupRows } from "../lists/groups/use-group-rows.ts";
import { type GroupSource, useGroups } from "../lists/groups/use-groups.ts";
import { useOpenGroups } from "../lists/groups/use-open-groups.ts";
import type { Listed } from "../lists/list-rows.tsx";
import { FirstFlow } from "../parts/first-flow.tsx";
import { useFlowNames } from "../parts/flow-names.ts";
import { StateBadge } from "../parts/runs/state-badge.tsx";
import { Tag } from "../parts/tag.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { columnsOf, outputColumn, parameterColumn } from "./columns.tsx";
import { filterOfGroup, type GroupBy, groupByText, narrowed } from "./groups.ts";
import { type LeftOut, LeftOutNotes } from "./left-out.tsx";
import { isFlowRun, type ListInput, narrowedInput, pathOf, type Run, runSource } from "./lists.ts";
import { useColumnContext } from "./use-column-context.ts";
import { useOutputs } from "./use-outputs.ts";
import type { Sort, View } from "./view.ts";

interface Props extends LeftOut {
  view: View;
  grouping: GroupBy;
  /** What the list asks for. */
  list: ListInput;
  /** Some conditions are not the server's, which counts the groups. */
  isPartial: boolean;
  onQuery: (q: string) => void;
  change: (patch: { sort?: Sort; q?: string; group?: string }) => void;
}

/** Runs by state, flow, deployment, version or tag: groups with their counts, each with its rows when it is open. */
export function GroupedRuns({ view, grouping, list, isPartial, onQuery, change, ...leftOut }: Props) {
  const { q, tab, language } = view;
  const groups = useGroups(useMemo(() => sourceOf(list, grouping), [list, grouping]));
  const [openKeys, onToggle] = useOpenGroups();
  const sources = useMemo(() => {
    const opened = groups.groups.filter((group) => openKeys.has(keyOf(group)));
    return new Map(
      opened.map((group) => {
        const filter = filterOfGroup(list.filter, tab, { grouping, value: group.value });
        return [keyOf(group), runSource(narrowedInput(list, filter))];
      }),
    );
  }, [groups.groups, openKeys, list, tab, grouping]);
  const open = useGroupRows<Run>(sources);
  const runs = useMemo(() => [...open.values()].flatMap(({ rows }) => rows), [open]);
  const { nameOf } = useFlowNames(runs.flatMap((run) => (isFlowRun(run) ? [run.flow_id] : [])));
  const context = useColumnContext({ runs, view, flowName: nameOf, onQuery, change });
  const outputs = useOutputs(runs, tab);
  const isFlowRuns = tab === "flow-runs";
  const bulkBar = ({ selection, rows, onActing }: Listed<Run>) => (
    <BulkBar
      {...{ tab, selection, onActing }}
      loaded={rows.length}
      all={isPartial || rows.length >= groups.total ? undefined : list}
      flowName={nameOf}
      onDeleted={groups.refetch}
      onChanged={groups.refetch}
    />
  );
  return (
    <GroupedTable
      {...{ what: "run", title: "Runs", label: isFlowRuns ? "Flow runs" : "Task runs" }}
      {...{ groups, open, q, language, onQuery, onToggle, pathOf, bulkBar }}
      place={`${tab} ${view.sort} by ${groupByText(grouping)}`}
      columns={(listed) => columnsOf(tab, listed, context)}
      columnList={tab}
      columnAt={isFlowRuns ? (key) => parameterColumn(key) ?? outputColumn(key, outputs) : undefined}
      groupLabel={(group) => labelOf(grouping, group)}
      onNarrow={(group) => change({ q: narrowed(q, grouping, group), group: "" })}
      empty={<FirstFlow title={isFlowRuns ? "No flow runs yet" : "No task runs yet"} />}
      note={
        <>
          {isPartial && <span>Counts ignore conditions that the dashboard filters by</span>}
          <LeftOutNotes {...{ q, tab, onQuery }} {...leftOut} />
        </>
      }
    />
  );
}

const sourceOf = ({ tab, filter }: ListInput, grouping: GroupBy): GroupSource => ({
  noun: tab,
  input: { filter, grouping },
  read: (client, place, signal) => {
    const tag = grouping.by === "tag" ? { tag_key: grouping.key } : {};
    const asked = { by: grouping.by, ...tag, ...place };
    const { work_pool_queues: _, ...taskFilter } = filter;
    return tab === "flow-runs"
      ? client.call(runGroups.flowRuns, { ...filter, ...asked }, { signal })
      : client.call(runGroups.taskRuns, { ...taskFilter, ...asked }, { signal });
  },
});

function labelOf(grouping: GroupBy, group: RunGroup): { label: ReactNode; name: string } {
  const { value, label, state_type } = group;
  const name = label ?? value;
  if (name === null) {
    const none = grouping.by === "tag" ? `No ${grouping.key} tag` : `No ${grouping.by}`;
    return { label: <span className="text-muted">{none}</span>, name: none.toLowerCase() };
  }
  if (grouping.by === "state") return { label: <StateBadge type={state_type} name={name} />, name };
  return {
    label: grouping.by === "tag" ? <Tag name={name} /> : <span className="truncate">{name}</span>,
    name,
  };
}
