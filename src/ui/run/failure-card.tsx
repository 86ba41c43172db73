import { ChevronDown, CornerDownRight } from "lucide-react";
import { useState } from "react";
import { timestamp } from "../../schema/scalars.ts";
import { cx } from "../kit/cx.ts";
import { Skeleton } from "../kit/skeleton.tsx";
import { useLogLines } from "../log-view/log-view.tsx";
import { LogRow } from "../log-view/row.tsx";
import { LongText } from "../parts/long-text.tsx";
import { RunLink } from "../parts/runs/run-link.tsx";
import { Time } from "../parts/time/time.tsx";
import { useSettings } from "../settings.ts";
import { Traceback } from "../traceback/traceback.tsx";
import type { Failure } from "./failure.ts";
import { headline } from "./sentence.ts";

interface Props {
  flowRunId: string;
  failure: Failure | undefined;
  isPending: boolean;
  /** Of the run's own state: what became of it through this failure. */
  message: string | null;
  /** Leads to where it failed. */
  onOpen: () => void;
}

/** Why it failed, before anything else: the first task that failed for good, its error, and its last lines. */
export function FailureCard({ flowRunId, failure, isPending, message, onOpen }: Props) {
  const [isOpen, setOpen] = useState(true);
  if (!failure && !isPending) return null;
  return (
    <section aria-label="Why it failed" className="shrink-0 border-b bg-failed/4">
      <div className="flex items-center gap-2 px-4 pt-2 pb-1.5">
        <h2 className="font-strong">Why it failed</h2>
        {failure && <Where failure={failure} onOpen={onOpen} />}
        <span className="flex-1" />
        <button
          type="button"
          aria-expanded={isOpen}
          className="touch inline-flex items-center gap-1 rounded-sm text-muted hover:text-fg"
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Collapse" : "Expand"}
          <ChevronDown size={13} className={cx("transition-transform", isOpen && "rotate-180")} />
        </button>
      </div>
      {isOpen && (
        <div className="flex max-h-[34vh] gap-x-6 gap-y-3 overflow-y-auto px-4 pb-3 *:min-w-0 *:flex-[3] max-lg:max-h-none max-lg:flex-col">
          {failure ? (
            <>
              <div>
                {failure.chain.length > 0 ? (
                  <Traceback chain={failure.chain} />
                ) : (
                  <p className="break-words whitespace-pre-wrap">
                    <LongText text={failure.title} />
                  </p>
                )}
                <Consequence failure={failure} message={message} />
              </div>
              <LastLines flowRunId={failure.subflows.at(-1)?.id ?? flowRunId} taskRunId={failure.taskRunId} />
            </>
          ) : (
            <div className="flex flex-col gap-2 py-1" role="status" aria-label="Looking for the cause">
              <Skeleton className="h-4 w-96 max-w-full" />
              <Skeleton className="h-24 w-full" />
            </div>
          )}
        </div>
      )}
    </section>
  );
}

function Where({ failure, onOpen }: { failure: Failure; onOpen: () => void }) {
  const { subflows, task, attempts, same, when } = failure;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 text-muted">
      {subflows.slice(0, -1).map(({ id, name }) => (
        <span key={id} className="inline-flex items-center gap-2">
          <RunLink kind="flow-run" id={id} className="text-accent">
            {name}
          </RunLink>
          /
        </span>
      ))}
      {task && (
        <button
          type="button"
          className="inline-flex items-center gap-1 text-accent hover:underline"
          onClick={onOpen}
        >
          <CornerDownRight size={13} aria-hidden="true" />
          {task}
        </button>
      )}
      {attempts > 1 && (
        <span>
          {attempts} attempts{same > 1 && `, the same error ×${same}`}
        </span>
      )}
      {when !== undefined && <Time time={timestamp(Math.floor(when))} />}
    </span>
  );
}

/** Where the run ended for another reason than the task did. */
function Consequence({ failure, message }: { failure: Failure; message: string | null }) {
  const end = headline(message);
  if (end === "" || failure.title.startsWith(end.slice(0, 60)) || end.includes(headline(failure.title)))
    return null;
  return (
    <p className="mt-3 break-words">
      <span className="text-muted">The run then ended with </span>
      {end}
    </p>
  );
}

const lastLines = 8;

/** From the lines that the log beside it has read anyway; where they are too few, the task's own are read. */
function LastLines({ flowRunId, taskRunId }: { flowRunId: string; taskRunId: string | undefined }) {
  const { zone } = useSettings();
  const all = { level: 0, text: "", startAt: "end" } as const;
  const beside = useLogLines({ ...all, flowRunId, taskRunId: undefined });
  const found = beside.held.filter((log) => log && (!taskRunId || log.task_run_id === taskRunId));
  const isEnough = found.length >= lastLines || beside.held.every((log) => log !== undefined);
  const ofTask = useLogLines({ ...all, flowRunId, taskRunId: isEnough ? undefined : taskRunId });
  const own = (isEnough ? found : ofTask.held).slice(-lastLines);
  if (own.length === 0) return null;
  return (
    <div className="!flex-[2]">
      <h3 className="mb-1 text-xs text-muted">Last lines {taskRunId ? "of the task" : "of the run"}</h3>
      <div className="overflow-hidden rounded-md border bg-surface py-1">
        {own.map(
          (log) =>
            log && (
              <LogRow
                key={log.id}
                log={firstLine(log)}
                zone={zone}
                task={undefined}
                search=""
                isMarked={false}
                onTask={undefined}
              />
            ),
        )}
      </div>
    </div>
  );
}

const firstLine = <T extends { message: string }>(log: T): T => ({
  ...log,
  message: log.message.split("\n")[0] ?? "",
});
