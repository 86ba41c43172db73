import { useMemo } from "react";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import type { TaskRun } from "../../../schema/task-runs.ts";
import { useIsPraetor } from "../../api.ts";
import type { Histogram } from "../../graph/model.ts";
import { SearchField } from "../../kit/controls/search-field.tsx";
import { cx } from "../../kit/cx.ts";
import { Empty, Failed } from "../../kit/panel.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { Foot } from "../../lists/list-foot.tsx";
import { useHeadPages } from "../../lists/use-head-pages.ts";
import { typicalTaskDurations, useTaskHistory } from "../../parts/runs/task-history.ts";
import { PickRows } from "./pick-rows.tsx";
import { taskColumns } from "./task-columns.tsx";
import { countOf, type Group, groupNames, groups, type TaskQuery, taskSource } from "./task-list.ts";

interface Props {
  run: FlowRun;
  /** Task runs by tone, as they change. */
  tasks: Histogram | undefined;
  query: TaskQuery;
  onQuery: (patch: Partial<TaskQuery>) => void;
  selected: string | undefined;
  onSelect: (taskRunId: string) => void;
}

/** Every task run of the flow run as a list, read from the server page by page. */
export function TasksTab({ run, tasks, query, onQuery, selected, onSelect }: Props) {
  const { group, text, sort } = query;
  const flowRunId = run.id;
  const isPraetor = useIsPraetor();
  const source = useMemo(() => taskSource(flowRunId, { group, text, sort }), [flowRunId, group, text, sort]);
  const list = useHeadPages(source);
  const total = Object.values(tasks ?? {}).reduce((sum, count) => sum + count, 0);
  const history = useTaskHistory(run, { isWanted: total > 0 });
  const usual = useMemo(() => typicalTaskDurations(history.data), [history.data]);
  const matching = text ? undefined : group ? countOf(tasks, group) : total;
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-surface">
      <Filters {...{ tasks, total, query, onQuery }} />
      {list.isPending ? (
        <SkeletonRows rows={8} label="Loading the task runs" />
      ) : list.error && list.loaded === 0 ? (
        <Failed what="The task runs" error={list.error} onRetry={list.refetch} />
      ) : list.rows.length === 0 ? (
        <Nothing query={query} onQuery={onQuery} />
      ) : (
        <PickRows<TaskRun>
          what="task run"
          label="Task runs"
          place={`tasks of ${flowRunId} ${group} ${text} ${sort}`}
          list={list}
          narrow={["state", "name", "duration"]}
          columns={taskColumns({
            sort,
            usual,
            canSortByDuration: isPraetor,
            onSort: (next) => onQuery({ sort: next }),
          })}
          isPicked={({ id }) => id === selected}
          onPick={({ id }) => onSelect(id)}
          foot={
            <Foot>
              <span>{footText(list.rows.length, list.hasMore, matching)}</span>
              {list.error !== null && (
                <button type="button" className="text-danger underline" onClick={list.refetch}>
                  Could not load task runs · Retry
                </button>
              )}
            </Foot>
          }
        />
      )}
    </div>
  );
}

function footText(shown: number, hasMore: boolean, matching: number | undefined): string {
  const number = shown.toLocaleString("en");
  if (hasMore && matching !== undefined && matching > shown)
    return `${number} of ${matching.toLocaleString("en")} task runs`;
  return `${number}${hasMore ? "+" : ""} ${shown === 1 ? "task run" : "task runs"}`;
}

interface FiltersProps extends Pick<Props, "tasks" | "query" | "onQuery"> {
  total: number;
}

/** What is shown of all, by state and by a part of the name. */
function Filters({ tasks, total, query, onQuery }: FiltersProps) {
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-1.5 border-b px-3 py-1.5">
      <SearchField
        label="Find task runs by name"
        placeholder="Find by name"
        className="w-40"
        text={query.text}
        onText={(text) => onQuery({ text })}
      />
      <fieldset className="flex flex-wrap gap-1">
        <legend className="sr-only">State</legend>
        <Chip label="All" count={total} isOn={!query.group} onPress={() => onQuery({ group: undefined })} />
        {groupNames.map((name) => (
          <Chip
            key={name}
            label={groups[name].label}
            count={countOf(tasks, name)}
            isOn={query.group === name}
            onPress={() => onQuery({ group: query.group === name ? undefined : name })}
          />
        ))}
      </fieldset>
    </div>
  );
}

interface ChipProps {
  label: string;
  count: number;
  isOn: boolean;
  onPress: () => void;
}

/** States that no task run is in are left out, unless they are asked for. */
function Chip({ label, count, isOn, onPress }: ChipProps) {
  if (count === 0 && !isOn) return null;
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onPress}
      className={cx(
        "inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5",
        isOn ? "border-fg bg-active" : "text-muted hover:bg-hover hover:text-fg",
      )}
    >
      {label}
      <span className="text-xs text-muted">{count.toLocaleString("en")}</span>
    </button>
  );
}

function Nothing({ query, onQuery }: Pick<Props, "query" | "onQuery">) {
  if (!query.group && !query.text)
    return (
      <Empty title="No task runs">A task that the flow calls appears here with its state and duration.</Empty>
    );
  const states: Record<Group, string> = { ...labels };
  const what = query.group ? `${states[query.group]} task run` : "task run";
  return (
    <Empty
      title={`No ${what}${query.text ? ` with “${query.text}” in its name` : ""}`}
      action={
        <button
          type="button"
          className="text-accent hover:underline"
          onClick={() => onQuery({ group: undefined, text: "" })}
        >
          Show all
        </button>
      }
    />
  );
}

const labels = {
  failed: "failed",
  running: "running",
  waiting: "waiting",
  completed: "completed",
  cancelled: "cancelled",
} as const satisfies Record<Group, string>;
