import { CircleDot, RotateCcw, Square, Tag, Trash2 } from "lucide-react";
import { lazyNamed } from "../kit/lazy-named.ts";
import type { Selection } from "../kit/table/use-selection.ts";
import { type BulkButton, BulkBar as Frame } from "../parts/actions/bulk-bar.tsx";
import { isFlowRun, isTaskRun, type ListInput, type Run } from "./lists.ts";
import type { RunBulkVerb } from "./run-bulk-dialog.tsx";
import type { TaskBulkVerb } from "./task-bulk-dialog.tsx";

const RunBulkDialog = lazyNamed(async () => (await import("./run-bulk-dialog.tsx")).RunBulkDialog);
const TaskBulkDialog = lazyNamed(async () => (await import("./task-bulk-dialog.tsx")).TaskBulkDialog);

interface Props {
  tab: ListInput["tab"];
  selection: Selection<Run>;
  loaded: number;
  /** Given where more match than are loaded, and the server answers the whole query. */
  all: ListInput | undefined;
  flowName: (id: string) => string | undefined;
  onDeleted: (ids: readonly string[]) => void;
  onChanged: () => void;
  onActing: (isActing: boolean) => void;
}

const setState = { verb: "set_state", label: "Set state", icon: <CircleDot size={13} /> } as const;
const remove = { verb: "delete", label: "Delete", icon: <Trash2 size={13} />, isDanger: true } as const;
const ofRuns: readonly BulkButton<RunBulkVerb>[] = [
  { verb: "cancel", label: "Cancel", icon: <Square size={13} /> },
  { verb: "retry", label: "Retry", icon: <RotateCcw size={13} /> },
  setState,
  { verb: "add_tags", label: "Add tags", icon: <Tag size={13} /> },
  remove,
];
const ofTasks: readonly BulkButton<TaskBulkVerb>[] = [setState, remove];

/** What can be done with the chosen flow runs or task runs, or with all that match. */
export function BulkBar({ tab, selection, all, flowName, ...rest }: Props) {
  const shared = {
    ...rest,
    selected: selection.selected.length,
    all: all && { noun: all.tab, filter: all.filter },
    onSelectAll: selection.all,
    onClear: selection.clear,
  };
  const runs = selection.selected;
  if (tab === "task-runs")
    return (
      <Frame
        {...shared}
        what="task runs"
        buttons={ofTasks}
        dialog={(verb, frame) => <TaskBulkDialog {...{ verb, ...frame }} runs={runs.filter(isTaskRun)} />}
      />
    );
  return (
    <Frame
      {...shared}
      what="runs"
      buttons={ofRuns}
      dialog={(verb, frame) => (
        <RunBulkDialog {...{ verb, flowName, ...frame }} runs={runs.filter(isFlowRun)} />
      )}
    />
  );
}
