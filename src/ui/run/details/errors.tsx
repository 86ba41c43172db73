import { useQuery } from "@tanstack/react-query";
import type { FlowRun } from "../../../schema/flow-runs.ts";
import { taskRuns } from "../../../schema/task-runs.ts";
import { query } from "../../api.ts";
import { Empty } from "../../kit/panel.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { LongText } from "../../parts/long-text.tsx";
import { Time } from "../../parts/time/time.tsx";
import { Traceback } from "../../traceback/traceback.tsx";
import { collapsed, type Report } from "../failure.ts";
import type { Selection } from "../selection.ts";

interface Props {
  selection: Selection;
  run: FlowRun;
  reports: readonly Report[];
  isPending: boolean;
}

/** Each error that the selection met, whole, the same one once; where none was told of, what its state says. */
export function Errors({ selection, run, reports, isPending }: Props) {
  const { taskRunId, flowRunId } = selection;
  const met = collapsed(reports.filter(({ runId }) => runId === (taskRunId ?? flowRunId)));
  if (met.length === 0 && isPending) return <SkeletonRows rows={4} label="Loading the error" />;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {met.length === 0 && <StateMessage selection={selection} run={run} />}
      {met.toReversed().map(({ report, count }) => (
        <section key={report.when} className="border-b px-3 py-3 last:border-b-0" aria-label="Error">
          <p className="mb-2 text-xs text-muted">
            {count > 1 ? `The same error in ${count} attempts, last ` : "Met "}
            <Time time={new Date(report.when).toISOString()} />
          </p>
          <Traceback chain={report.chain} />
        </section>
      ))}
    </div>
  );
}

function StateMessage({ selection: { taskRunId, flowRunId }, run }: Pick<Props, "selection" | "run">) {
  const isOwn = taskRunId === undefined && flowRunId === run.id;
  const task = useQuery({
    ...query(taskRuns.read, { id: taskRunId ?? "" }),
    enabled: taskRunId !== undefined,
  });
  const shown = isOwn ? run : task.data;
  if (taskRunId !== undefined && task.isPending) return <SkeletonRows rows={2} label="Loading the error" />;
  const hasFailed = shown?.state_type === "FAILED" || shown?.state_type === "CRASHED";
  if (!hasFailed || !shown.state?.message)
    return (
      <Empty title="No error">
        Exceptions of {taskRunId ? "the task" : "the flow"} appear here with their tracebacks, those of
        earlier attempts too.
      </Empty>
    );
  return (
    <section className="px-3 py-3" aria-label="Error">
      <p className="break-words whitespace-pre-wrap">
        <LongText text={shown.state.message} />
      </p>
    </section>
  );
}
