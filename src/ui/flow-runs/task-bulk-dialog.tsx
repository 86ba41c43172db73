import type { TaskRun } from "../../schema/task-runs.ts";
import { Samples } from "../parts/actions/blast-radius.tsx";
import type { BulkFrame } from "../parts/actions/bulk-bar.tsx";
import { type BulkAction, BulkDialog } from "../parts/actions/bulk-dialog.tsx";
import { StateCounts } from "../parts/actions/run-blast-radius.tsx";
import { deleteTaskRuns, setTaskState } from "../parts/actions/task-run-actions.ts";

export type TaskBulkVerb = "set_state" | "delete";

const actions: Record<TaskBulkVerb, BulkAction<TaskRun>> = {
  set_state: { asks: "state", action: ({ state }) => setTaskState(state) },
  delete: { action: () => deleteTaskRuns },
};

interface Props extends BulkFrame {
  verb: TaskBulkVerb;
  runs: readonly TaskRun[];
}

/** A verb for many task runs. */
export function TaskBulkDialog({ verb, runs, ...frame }: Props) {
  return (
    <BulkDialog
      {...{ verb, ...frame }}
      bulk={actions[verb]}
      targets={runs}
      breakdown={(_, taking) => <Breakdown runs={taking} />}
    />
  );
}

function Breakdown({ runs }: { runs: readonly TaskRun[] }) {
  const flowRuns = new Set(runs.map((run) => run.flow_run_id)).size;
  return (
    <div className="mb-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      <span className="text-muted">Task runs</span>
      <Samples targets={runs} />
      <StateCounts runs={runs} />
      <span className="text-muted">Flow runs</span>
      <span>{flowRuns.toLocaleString("en")}</span>
    </div>
  );
}
