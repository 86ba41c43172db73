import { useQuery } from "@tanstack/react-query";
import type { StateType } from "../../../schema/state-types.ts";
import { taskRuns } from "../../../schema/task-runs.ts";
import { query } from "../../api.ts";
import { StateBadge } from "../runs/state-badge.tsx";
import { BlastRadius, Samples } from "./blast-radius.tsx";
import { type ActionTarget, type RunAction, runActions } from "./run-actions.ts";

interface Props {
  action: RunAction;
  runs: readonly ActionTarget[];
  flowName: (id: string) => string | undefined;
  onClose: () => void;
  onDone: (ids: readonly string[]) => void;
}

/** What an action on flow runs will touch, by state and flow. */
export function RunBlastRadius({ runs, flowName, ...rest }: Props) {
  return (
    <BlastRadius
      {...rest}
      targets={runs}
      breakdown={(taking) => (
        <RunBreakdown runs={taking} flowName={flowName} isDeletion={rest.action === runActions.delete} />
      )}
    />
  );
}

interface BreakdownProps extends Pick<Props, "runs" | "flowName"> {
  isDeletion: boolean;
}

export function RunBreakdown({ runs, flowName, isDeletion }: BreakdownProps) {
  const flows = [...Map.groupBy(runs, (run) => flowName(run.flow_id) ?? run.flow_id)];
  return (
    <div className="mb-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      <span className="text-muted">Runs</span>
      <Samples targets={runs} />
      <StateCounts runs={runs} />
      <span className="text-muted">Flows</span>
      <span>
        {flows
          .slice(0, 6)
          .map(([name, group]) => (flows.length === 1 ? name : `${name} ${group.length}`))
          .join(", ")}
        {flows.length > 6 && ` and ${flows.length - 6} more`}
      </span>
      {isDeletion && (
        <>
          <span className="text-muted">Deleted with {runs.length === 1 ? "it" : "them"}</span>
          <TaskRuns ids={runs.map(({ id }) => id)} />
        </>
      )}
    </div>
  );
}

interface InState {
  state_name?: string | null;
  state_type?: StateType | null;
}

/** How many runs are in each state, as a row of a breakdown. */
export function StateCounts({ runs }: { runs: readonly InState[] }) {
  const states = [...Map.groupBy(runs, (run) => run.state_name)];
  return (
    <>
      <span className="text-muted">States</span>
      <span className="flex flex-wrap gap-x-4">
        {states.map(([name, group]) => (
          <span key={name} className="inline-flex items-center gap-1.5">
            <StateBadge type={group[0]?.state_type} name={name} /> {group.length}
          </span>
        ))}
      </span>
    </>
  );
}

function TaskRuns({ ids }: { ids: readonly string[] }) {
  const { data, isError } = useQuery(query(taskRuns.count, { flow_runs: { id: { any_: [...ids] } } }));
  if (isError) return <span className="text-muted">Could not count the task runs.</span>;
  if (data === undefined) return <span className="text-muted">Counting task runs</span>;
  return (
    <span>{`${data.toLocaleString("en")} task ${data === 1 ? "run" : "runs"}, their states and logs`}</span>
  );
}
