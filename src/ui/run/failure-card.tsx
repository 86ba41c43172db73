import { ChevronDown, CornerDownRight } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import type { ErrorLink } from "../../rules/tracebacks.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { Log } from "../../schema/logs.ts";
import { type LastCompleted, mostLastLines, type RunFailure } from "../../schema/run-summary.ts";
import { timestamp } from "../../schema/scalars.ts";
import { cx } from "../kit/cx.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Link } from "../kit/router.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { LogRow } from "../log-view/row.tsx";
import { LongText } from "../parts/long-text.tsx";
import { errorPath } from "../parts/paths.ts";
import { RunLink } from "../parts/runs/run-link.tsx";
import { Time } from "../parts/time/time.tsx";
import { useSettings } from "../settings.ts";
import { Excerpt, Place } from "../traceback/excerpt.tsx";
import { type Failure, titleOf } from "./failure.ts";
import { headline } from "./sentence.ts";

const Traceback = lazyNamed(async () => (await import("../traceback/traceback.tsx")).Traceback);

interface Props {
  run: FlowRun;
  failure: Failure | undefined;
  /** What is known of it beside the error: earlier failures like it, the last run that completed. */
  summary: RunFailure | undefined;
  isPending: boolean;
  /** Leads to where it failed. */
  onOpen: () => void;
}

/** Why it failed, before anything else: the first task that failed for good, its error, and its last lines. */
export function FailureCard({ run, failure, summary, isPending, onOpen }: Props) {
  const [isOpen, setOpen] = useState(false);
  if (!failure && !isPending) return null;
  const hasMore = failure !== undefined && failure.chain.length > 0;
  return (
    <section
      aria-label="Why it failed"
      className="grid shrink-0 grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-2 border-b bg-[color-mix(in_oklab,var(--state-failed)_6%,var(--surface))] px-4 py-2.5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]"
    >
      <h2 className="sr-only">Why it failed</h2>
      {failure ? (
        <>
          <div className={cx("min-w-0", isOpen && "max-h-[44vh] overflow-y-auto max-lg:max-h-none")}>
            {isOpen && hasMore ? (
              <Suspense fallback={<Skeleton className="h-24 w-full" />}>
                <Traceback chain={failure.chain} />
              </Suspense>
            ) : (
              <Brief failure={failure} />
            )}
            <Consequence failure={failure} message={run.state?.message ?? null} />
            {summary && <History run={run} summary={summary} />}
          </div>
          <div className="flex min-w-0 flex-col gap-1">
            <div className="flex items-start gap-3">
              <Where failure={failure} onOpen={onOpen} />
              {hasMore && <Toggle isOpen={isOpen} onPress={() => setOpen(!isOpen)} />}
            </div>
            <LastLines
              lines={summary?.last_lines ?? []}
              isOfTask={failure.taskRunId !== undefined}
              count={isOpen ? mostLastLines : 3}
            />
          </div>
        </>
      ) : (
        <div className="flex flex-col gap-2 py-1" role="status" aria-label="Looking for the cause">
          <Skeleton className="h-4 w-96 max-w-full" />
          <Skeleton className="h-16 w-full" />
        </div>
      )}
    </section>
  );
}

/** How often it failed like this, and what is different from the last run that completed. */
function History({ run, summary: { group, last_completed: last } }: { run: FlowRun; summary: RunFailure }) {
  if (!group && !last) return null;
  return (
    <ul aria-label="Compared with other runs" className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-muted">
      {group && (
        <li>
          <Link to={errorPath(group.id)} className={subtleLink}>
            {group.count > 1 ? `Seen ${group.count.toLocaleString("en")} times` : "Seen for the first time"}
          </Link>
          {group.count > 1 && (
            <>
              , first <Time time={group.first_seen} />
            </>
          )}
          {group.first_version && (
            <>
              {" "}
              in version <code className="text-fg">{group.first_version.slice(0, 8)}</code>
            </>
          )}
        </li>
      )}
      {last && <LastCompletedRun run={run} last={last} />}
    </ul>
  );
}

/** Changes that are named; the others are counted. */
const namedChanges = 3;

function LastCompletedRun({ run, last }: { run: FlowRun; last: LastCompleted }) {
  const { changes, change_count, flow_version: version } = last;
  const others = change_count - Math.min(changes.length, namedChanges);
  const isOther = version !== run.flow_version;
  return (
    <li className="min-w-0 break-words">
      Last completed run{" "}
      <RunLink kind="flow-run" id={last.id} className={subtleLink}>
        {last.name}
      </RunLink>{" "}
      <Time time={last.start_time} />:{" "}
      {isOther && (
        <>
          version <Value text={version?.slice(0, 8) ?? null} /> →{" "}
          <Value text={run.flow_version?.slice(0, 8) ?? null} />
          {change_count > 0 ? ", " : ""}
        </>
      )}
      {changes.slice(0, namedChanges).map(({ name, before, now }, place) => (
        <span key={name} title={`${name}: ${before ?? "not set"}; in this run: ${now ?? "not set"}`}>
          {place > 0 && ", "}
          {name} <Value text={before} /> → <Value text={now} />
        </span>
      ))}
      {others > 0 && ` and ${others} more ${others === 1 ? "parameter" : "parameters"}`}
      {change_count === 0 && (isOther ? ", same parameters" : "same parameters, same version")}
    </li>
  );
}

const Value = ({ text }: { text: string | null }) =>
  text === null ? "not set" : <code className="text-fg">{headline(text).slice(0, 32)}</code>;

const subtleLink = "text-fg underline decoration-line-strong underline-offset-2 hover:decoration-current";

const Toggle = ({ isOpen, onPress }: { isOpen: boolean; onPress: () => void }) => (
  <button
    type="button"
    aria-expanded={isOpen}
    className="touch ml-auto inline-flex shrink-0 items-center gap-1 rounded-sm text-muted hover:text-fg"
    onClick={onPress}
  >
    {isOpen ? "Hide traceback" : "Show traceback"}
    <ChevronDown size={13} className={cx("transition-transform", isOpen && "rotate-180")} />
  </button>
);

/** The cause alone: its message, and the line of the user's code that threw. */
function Brief({ failure }: { failure: Failure }) {
  const cause = failure.chain.at(-1);
  if (!cause)
    return (
      <p className="break-words whitespace-pre-wrap">
        <LongText text={failure.title} />
      </p>
    );
  return (
    <section aria-label="Cause">
      <h3 className="break-words whitespace-pre-wrap">
        <span className="font-strong text-danger">{cause.name}</span>
        {cause.message && (
          <>
            : <LongText text={cause.message} />
          </>
        )}
      </h3>
      <ThrowingLine cause={cause} />
      {cause.members && <Members members={cause.members} />}
      {failure.chain.length > 1 && (
        <Then>
          caused <Title chain={failure.chain} />
        </Then>
      )}
    </section>
  );
}

function ThrowingLine({ cause }: { cause: ErrorLink }) {
  const frame = cause.frames.find(({ library }) => !library) ?? cause.frames[0];
  if (!frame) return null;
  return (
    <>
      <p className="mt-0.5 flex">
        <Place frame={frame} />
      </p>
      {frame.source && <Excerpt frame={frame} source={frame.source} around={1} className="!py-0.5" />}
    </>
  );
}

const shownMembers = 3;

function Members({ members }: { members: NonNullable<ErrorLink["members"]> }) {
  return (
    <ul className="mt-0.5">
      {[...members.slice(0, shownMembers).entries()].map(([place, chain]) => (
        <li key={`${place} ${chain[0]?.name}`} className="truncate">
          <span className="text-muted">{place + 1} </span>
          <Title chain={chain} />
        </li>
      ))}
      {members.length > shownMembers && (
        <li className="text-muted">{(members.length - shownMembers).toLocaleString("en")} more</li>
      )}
    </ul>
  );
}

const Title = ({ chain }: { chain: readonly ErrorLink[] }) => (
  <span className="text-fg">{headline(titleOf(chain))}</span>
);

const Then = ({ children }: { children: ReactNode }) => (
  <p className="mt-1 truncate text-muted max-lg:whitespace-normal">{children}</p>
);

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
    <Then>
      The run then ended with <span className="text-fg">{end}</span>
    </Then>
  );
}

interface LastLinesProps {
  lines: readonly Log[];
  isOfTask: boolean;
  count: number;
}

function LastLines({ lines, isOfTask, count }: LastLinesProps) {
  const { zone } = useSettings();
  if (lines.length === 0) return null;
  return (
    <div>
      <h3 className="text-xs text-muted">Last lines {isOfTask ? "of the task" : "of the run"}</h3>
      <div className="mt-0.5 overflow-hidden rounded-md border bg-surface">
        {lines.slice(-count).map((log) => (
          <LogRow
            key={log.id}
            log={firstLine(log)}
            zone={zone}
            task={undefined}
            search=""
            isMarked={false}
            onTask={undefined}
          />
        ))}
      </div>
    </div>
  );
}

const firstLine = <T extends { message: string }>(log: T): T => ({
  ...log,
  message: log.message.split("\n")[0] ?? "",
});
