import { ChevronRight } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { Link } from "react-router";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { toMs } from "../../schema/scalars.ts";
import type { Waiting } from "../../schema/waiting.ts";
import type { Histogram } from "../graph/model.ts";
import { lazyNamed } from "../kit/lazy-named.ts";
import { useNow } from "../kit/now.ts";
import { Copy } from "../parts/actions/copy.tsx";
import { poolPath } from "../parts/capacity-path.ts";
import { flowPath } from "../parts/paths.ts";
import { explain } from "../parts/runs/gates.ts";
import { LinkedWords } from "../parts/runs/linked-words.tsx";
import { StateBadge } from "../parts/runs/state-badge.tsx";
import { stateStyle } from "../parts/runs/states.ts";
import { Tag } from "../parts/tag.tsx";
import { RunDuration } from "../parts/time/duration.tsx";
import { duration } from "../parts/time/durations.ts";
import { Time, Zone } from "../parts/time/time.tsx";
import { useSettings } from "../settings.ts";
import { Actions } from "./actions.tsx";
import { isOver } from "./data.ts";
import type { Failure } from "./failure.ts";
import { failedTasks, type Sentence, stateSentence, tellsDuration } from "./sentence.ts";

const DeploymentLink = lazyNamed(async () => (await import("./deployment-link.tsx")).DeploymentLink);

interface Props {
  run: FlowRun;
  flowName: string | undefined;
  tasks: Histogram | undefined;
  failure: Failure | undefined;
  waiting: Waiting | undefined;
  onFailure: () => void;
  /** Where the failed tasks are listed. */
  toFailed: string;
}

/** What the run is, how it stands, and what can be done about it. */
export function Header(props: Props) {
  const { run, flowName } = props;
  return (
    <header className="flex shrink-0 flex-col border-b bg-surface px-4 pt-2 pb-2.5">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <Crumbs run={run} flowName={flowName} />
          <div className="flex min-w-0 items-center gap-2">
            <h1 className="min-w-0 text-lg font-strong break-words">{run.name}</h1>
            <StatePill run={run} />
            <Copy text={run.id} label="Copy the id of the run" />
          </div>
        </div>
        <div className="shrink-0 sm:pt-2">
          <Actions run={run} flowName={flowName} />
        </div>
      </div>
      <div className="leading-6 text-muted">
        <StateSentence {...props} />
        <Facts {...props} />
      </div>
    </header>
  );
}

/** Where the run stands: its flow, and the deployment whose run it is. */
function Crumbs({ run, flowName }: Pick<Props, "run" | "flowName">) {
  return (
    <nav aria-label="Breadcrumb">
      <ol className="flex min-w-0 items-center gap-1 text-xs text-muted">
        <Crumb isFirst>
          <Link to="/runs" className="hover:text-fg">
            Runs
          </Link>
        </Crumb>
        <Crumb>
          <Link to={flowPath(run.flow_id)} className="block truncate hover:text-fg">
            {flowName ?? "…"}
          </Link>
        </Crumb>
        {run.deployment_id && (
          <Crumb>
            <Suspense fallback="…">
              <DeploymentLink id={run.deployment_id} />
            </Suspense>
          </Crumb>
        )}
      </ol>
    </nav>
  );
}

const Crumb = ({ isFirst = false, children }: { isFirst?: boolean; children: ReactNode }) => (
  <li className="flex min-w-0 items-center gap-1">
    {!isFirst && <ChevronRight size={11} className="shrink-0 text-faint" aria-hidden="true" />}
    {children}
  </li>
);

function StatePill({ run }: { run: FlowRun }) {
  const { color } = stateStyle(run.state_type, run.state_name);
  return (
    <span
      className="inline-flex h-6 shrink-0 items-center rounded-full px-2 font-strong"
      style={{ backgroundColor: `color-mix(in oklch, ${color} 9%, transparent)` }}
    >
      <StateBadge type={run.state_type} name={run.state_name} />
    </span>
  );
}

function StateSentence({ run, tasks, failure, waiting, onFailure, toFailed }: Props) {
  const { zone } = useSettings();
  const now = useNow(isOver(run) ? 60 : 1);
  const sentence = stateSentence({
    ...run,
    message: run.state?.message ?? null,
    since: run.state?.timestamp ?? null,
    tasks,
    toFailed,
    failure: failure?.title
      ? { task: failure.task, attempts: failure.attempts, error: failure.title }
      : undefined,
    waiting: waiting && explain(waiting, { now, zone, isBrief: true }),
    now,
  });
  return (
    <span role="group" aria-label="State" className="break-words text-fg">
      <Words sentence={sentence} onCode={failure?.task ? onFailure : undefined} />
    </span>
  );
}

interface WordsProps {
  sentence: Sentence;
  onCode: (() => void) | undefined;
}

/** A task is named as code and leads to it. */
function Words({ sentence, onCode }: WordsProps) {
  return sentence.map((part) => {
    if (typeof part === "string") return part;
    if ("to" in part) return <LinkedWords key={`${part.text} ${part.to}`} words={[part]} />;
    return (
      <button
        key={part.code}
        type="button"
        onClick={onCode}
        className="rounded-sm bg-sunken px-1 font-mono text-[0.92em] hover:bg-active"
      >
        {part.code}
      </button>
    );
  });
}

/** What stands beside the sentence, on the same line where there is room. */
function Facts({ run, tasks, toFailed }: Props) {
  const failed = failedTasks(run.state_type, tasks);
  return (
    <>
      {run.start_time && !tellsDuration(run.state_type) && (
        <Fact>
          {isOver(run) ? "ran " : "elapsed "}
          <Strong>
            <RunDuration run={run} />
          </Strong>
        </Fact>
      )}
      <Waited run={run} />
      <Fact>
        {run.start_time ? "started " : "expected "}
        <Strong>
          <Time time={run.start_time ?? run.expected_start_time} as="clock" />
        </Strong>{" "}
        <Zone />
        {run.start_time && (
          <>
            , <Time time={run.start_time} />
          </>
        )}
      </Fact>
      {failed && (
        <Fact>
          <LinkedWords words={[{ text: failed, to: toFailed }]} />
        </Fact>
      )}
      {run.run_count > 1 && <Fact>run {run.run_count} times</Fact>}
      {run.work_pool_name && (
        <Fact>
          work pool{" "}
          <Link to={poolPath(run.work_pool_name)} className={inText}>
            {run.work_pool_name}
          </Link>
        </Fact>
      )}
      {run.flow_version && (
        <Fact>
          version <code className="text-fg">{run.flow_version.slice(0, 8)}</code>
        </Fact>
      )}
      {run.tags.length > 0 && (
        <Fact>
          <span className="sr-only">tags </span>
          <span className="inline-flex flex-wrap gap-1 align-middle">
            {run.tags.map((tag) => (
              <Tag key={tag} name={tag} />
            ))}
          </span>
        </Fact>
      )}
    </>
  );
}

/** The line breaks after the dot, and not within. */
const Fact = ({ children }: { children: ReactNode }) => (
  <>
    <span className="text-faint">{"\u00a0· "}</span>
    <span className="inline-block max-w-full">{children}</span>
  </>
);

const Strong = ({ children }: { children: ReactNode }) => (
  <span className="font-strong text-fg">{children}</span>
);

/** What an ended run spent between its attempts and in pauses. */
function Waited({ run: { start_time: start, end_time: end, total_run_time: ran } }: { run: FlowRun }) {
  const seconds = start && end ? (toMs(end) - toMs(start)) / 1000 - ran : 0;
  if (seconds < 1) return null;
  return <Fact>waited {duration(seconds)} between attempts or in pauses</Fact>;
}

const inText = "text-fg underline decoration-line-strong underline-offset-2 hover:decoration-current";
