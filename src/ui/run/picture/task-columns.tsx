import { Workflow } from "lucide-react";
import type { TaskRun } from "../../../schema/task-runs.ts";
import { headOrder } from "../../kit/table/head-order.ts";
import type { Column } from "../../kit/table/table.tsx";
import { headline } from "../../parts/runs/headline.ts";
import { DurationCell } from "../../parts/runs/run-cells.tsx";
import { StateBadge } from "../../parts/runs/state-badge.tsx";
import { Time } from "../../parts/time/time.tsx";
import type { TypicalDuration } from "../../parts/time/typical-duration.ts";
import type { TaskSort } from "./task-list.ts";

interface Context {
  sort: TaskSort;
  onSort: (sort: TaskSort) => void;
  /** Another server has no such order. */
  canSortByDuration: boolean;
  /** How long runs of a task usually take, by its key. */
  usual: (taskKey: string) => TypicalDuration | undefined;
}

export function taskColumns({ sort, onSort, canSortByDuration, usual }: Context): readonly Column<TaskRun>[] {
  const list = { sort, onSort };
  const byName = headOrder<TaskSort>({
    ...list,
    ascending: "name",
    descending: "name-back",
    first: "ascending",
  });
  const byStart = headOrder<TaskSort>({
    ...list,
    ascending: "started",
    descending: "latest",
    first: "ascending",
  });
  const byDuration = headOrder<TaskSort>({
    ...{ ...list, ascending: "shortest", descending: "longest", first: "descending" },
  });
  return [
    {
      ...{ key: "state", head: "State", width: "minmax(112px, 140px)", className: "pl-3" },
      cell: (run) => <StateBadge type={run.state_type} name={run.state_name} className="max-w-full" />,
    },
    {
      ...{ key: "name", head: "Task run", order: byName, width: "minmax(120px, 1.2fr)" },
      cell: (run) => (
        <span className="flex min-w-0 items-center gap-1.5 font-strong">
          {run.state?.state_details.child_flow_run_id && (
            <Workflow size={13} className="shrink-0 text-muted" aria-label="Subflow" />
          )}
          <span className="truncate" title={run.name}>
            {run.name}
          </span>
        </span>
      ),
    },
    {
      ...{ key: "started", head: "Started", order: byStart, width: "96px", className: "text-muted" },
      cell: (run) => <Time time={run.start_time} as="clock" />,
    },
    {
      ...{ key: "duration", head: "Duration", width: "minmax(84px, 176px)", className: "overflow-hidden" },
      ...(canSortByDuration ? { order: byDuration } : {}),
      cell: (run) => <DurationCell run={run} usual={usual(run.task_key)} />,
    },
    {
      ...{ key: "attempts", head: "Attempts", width: "76px", className: "text-right" },
      cell: (run) =>
        run.run_count > 1 ? run.run_count : <span className="text-faint">{run.run_count || "–"}</span>,
    },
    {
      ...{ key: "message", head: "Message", width: "minmax(100px, 2.4fr)" },
      cell: (run) =>
        run.state_type === "COMPLETED" ? null : (
          <span className="block truncate text-muted" title={run.state?.message ?? undefined}>
            {headline(run)}
          </span>
        ),
    },
  ];
}
