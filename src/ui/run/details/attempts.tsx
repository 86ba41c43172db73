import { useQuery } from "@tanstack/react-query";
import { toMs } from "../../../schema/scalars.ts";
import { flowRunStates, type State, taskRunStates } from "../../../schema/states.ts";
import { query } from "../../api.ts";
import { cx } from "../../kit/cx.ts";
import { useNow } from "../../kit/now.ts";
import { Empty, Failed } from "../../kit/panel.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { LongText } from "../../parts/long-text.tsx";
import { StateBadge } from "../../parts/runs/state-badge.tsx";
import { duration } from "../../parts/time/durations.ts";
import { Time, Zone } from "../../parts/time/time.tsx";
import { Traceback } from "../../traceback/traceback.tsx";
import { collapsed, type Report } from "../failure.ts";
import type { Selection } from "../selection.ts";

interface Props {
  selection: Selection;
  reports: readonly Report[];
  isLive: boolean;
}

/** Every state the run went through, and each error it met; the same error is shown once. */
export function Attempts({ selection, reports, isLive }: Props) {
  const ofTask = useQuery({
    ...query(taskRunStates.list, { task_run_id: selection.taskRunId ?? "" }),
    enabled: selection.taskRunId !== undefined,
  });
  const ofFlow = useQuery({
    ...query(flowRunStates.list, { flow_run_id: selection.flowRunId }),
    enabled: selection.taskRunId === undefined,
  });
  const source = selection.taskRunId === undefined ? ofFlow : ofTask;
  const errors = collapsed(
    reports.filter((report) => report.runId === (selection.taskRunId ?? selection.flowRunId)),
  );
  if (source.data === undefined)
    return source.isError ? (
      <Failed what="The states" error={source.error} onRetry={() => void source.refetch()} />
    ) : (
      <SkeletonRows rows={4} label="Loading the states" />
    );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {source.data.length === 0 ? (
        <Empty title="No states yet">The first state appears when the run is picked up.</Empty>
      ) : (
        <Transitions states={source.data} isLive={isLive} />
      )}
      {errors.map(({ report, count }) => (
        <section key={report.when} className="border-t px-3 py-3" aria-label="Error">
          <p className="mb-2 text-xs text-muted">
            {count > 1 ? `The same error in ${count} attempts` : "Error"}
          </p>
          <Traceback chain={report.chain} />
        </section>
      ))}
    </div>
  );
}

function Transitions({ states, isLive }: { states: readonly State[]; isLive: boolean }) {
  let attempt = 0;
  const rows = states.map((state, place) => {
    if (state.type === "RUNNING") attempt++;
    return { state, next: states[place + 1], attempt: state.type === "RUNNING" ? attempt : undefined };
  });
  return (
    <table className="w-full table-fixed">
      <caption className="sr-only">States, oldest first</caption>
      <thead className="text-left text-xs text-muted">
        <tr className="h-7 border-b *:font-normal">
          <th scope="col" className="pl-3">
            State
          </th>
          <th scope="col" className="w-36">
            Entered, <Zone />
          </th>
          <th scope="col" className="w-20 pr-3 text-right">
            For
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ state, next, attempt }) => (
          <tr key={state.id} className={cx("border-b align-top", next && "[&_.animate-turn]:animate-none")}>
            <td className="py-1.5 pl-3">
              <span className="flex items-center gap-2">
                <StateBadge type={state.type} name={state.name} />
                {attempt !== undefined && <span className="text-xs text-muted">attempt {attempt}</span>}
              </span>
              {state.message && (
                <p className="mt-0.5 mb-0.5 pr-3 break-words whitespace-pre-wrap text-muted">
                  <LongText text={state.message} />
                </p>
              )}
            </td>
            <td className="py-1.5">
              <Time time={state.timestamp} as="clock" />
            </td>
            <td className="py-1.5 pr-3 text-right">
              {next ? (
                duration((toMs(next.timestamp) - toMs(state.timestamp)) / 1000)
              ) : isLive ? (
                <Since time={state.timestamp} />
              ) : (
                <span className="text-faint">–</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Since({ time }: { time: string }) {
  return <>{duration(Math.max(0, Math.floor((useNow() - toMs(time)) / 1000)))}</>;
}
