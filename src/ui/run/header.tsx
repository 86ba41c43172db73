import { ChevronRight } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { toMs } from "../../schema/scalars.ts";
import type { Waiting } from "../../schema/waiting.ts";
import type { Histogram } from "../graph/model.ts";
import { useNow } from "../kit/now.ts";
import { Tooltip } from "../kit/overlays/tooltip.tsx";
import { Link } from "../kit/router.tsx";
import { Copy } from "../parts/actions/copy.tsx";
import { deploymentPath, flowPath, poolPath } from "../parts/paths.ts";
import { explain } from "../parts/runs/gates.ts";
import { LinkedWords } from "../parts/runs/linked-words.tsx";
import { StateBadge } from "../parts/runs/state-badge.tsx";
import { stateStyle } from "../parts/runs/states.ts";
import { Tag } from "../parts/tag.tsx";
import { RunDuration, runSeconds } from "../parts/time/duration.tsx";
import { timesUsual } from "../parts/time/duration-band.tsx";
import { duration } from "../parts/time/durations.ts";
import { Time, Zone } from "../parts/time/time.tsx";
import type { TypicalDuration } from "../parts/time/typical-duration.ts";
import { useSettings } from "../settings.ts";
import { Actions } from "./actions.tsx";
import { isOver } from "./data.ts";
import type { Failure } from "./failure.ts";
import { failedTasks, type Sentence, stateSentence, tellsDuration } from "./sentence.ts";

interface Props {
  run: FlowRun;
  flowName: string | undefined;
  /** Undefined until it is known. */
  deploymentName: string | undefined;
  tasks: Histogram | undefined;
  failure: Failure | undefined;
  waiting: Waiting | undefined;
  /** How long runs of the deployment or flow usually take. */
  usual: TypicalDuration | undefined;
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
          <Crumbs {...props} />
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
      <p className="leading-6">
        <StateSentence {...props} />
      </p>
      <div className="text-muted">
        <Facts {...props} />
      </div>
    </header>
  );
}

/** Where the run stands: its flow, and the deployment whose run it is. */
function Crumbs({ run, flowName, deploymentName }: Pick<Props, "run" | "flowName" | "deploymentName">) {
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
            <Link to={deploymentPath(run.deployment_id)} className="block truncate hover:text-fg">
              {deploymentName ?? "…"}
            </Link>
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

/** What stands below the sentence. */
function Facts({ run, tasks, toFailed, usual }: Props) {
  const failed = failedTasks(run.state_type, tasks);
  const facts: Record<string, ReactNode> = {
    duration: run.start_time && !tellsDuration(run.state_type) && (
      <>
        {isOver(run) ? "Ran " : "Elapsed "}
        <Strong>
          <RunDuration run={run} />
        </Strong>
      </>
    ),
    usual: run.start_time && usual && <Usual run={run} usual={usual} />,
    waited: waitedText(run),
    start: (
      <>
        {run.start_time ? "Started " : "Expected "}
        <Strong>
          <Time time={run.start_time ?? run.expected_start_time} as="clock" />
        </Strong>{" "}
        <Zone />
        {run.start_time && (
          <>
            , <Time time={run.start_time} />
          </>
        )}
      </>
    ),
    failed: failed && <LinkedWords words={[{ text: failed, to: toFailed }]} />,
    runs: run.run_count > 1 && `Run ${run.run_count} times`,
    pool: run.work_pool_name && (
      <>
        Work pool{" "}
        <Link to={poolPath(run.work_pool_name)} className={inText}>
          {run.work_pool_name}
        </Link>
      </>
    ),
    version: run.flow_version && (
      <>
        Version <code className="text-fg">{run.flow_version.slice(0, 8)}</code>
      </>
    ),
    tags: run.tags.length > 0 && (
      <span className="inline-flex flex-wrap gap-1 align-middle">
        <span className="sr-only">Tags </span>
        {run.tags.map((tag) => (
          <Tag key={tag} name={tag} />
        ))}
      </span>
    ),
  };
  return (
    <ul className="flex min-w-0 flex-wrap gap-x-4 leading-6">
      {Object.entries(facts).map(([key, fact]) =>
        fact ? (
          <li key={key} className="max-w-full break-words">
            {fact}
          </li>
        ) : (
          <Fragment key={key} />
        ),
      )}
    </ul>
  );
}

/** How long such runs usually take, and how much longer this one took. */
function Usual({ run, usual }: { run: FlowRun; usual: TypicalDuration }) {
  const now = useNow(isOver(run) ? 60 : 1);
  const times = timesUsual(runSeconds(run, now), usual);
  const range = `${duration(usual.low)} to ${duration(usual.high)}`;
  return (
    <Tooltip text={`Median of the latest ${usual.count} completed runs; 8 of 10 took ${range}`}>
      <span>
        Usually <Strong>{duration(usual.middle)}</Strong>
        {times && <span className="text-late"> · {times} as long</span>}
      </span>
    </Tooltip>
  );
}

const Strong = ({ children }: { children: ReactNode }) => (
  <span className="font-strong text-fg">{children}</span>
);

/** What an ended run spent between its attempts and in pauses. */
function waitedText({ start_time: start, end_time: end, total_run_time: ran }: FlowRun): string | undefined {
  const seconds = start && end ? (toMs(end) - toMs(start)) / 1000 - ran : 0;
  return seconds < 1 ? undefined : `Waited ${duration(seconds)} between attempts or in pauses`;
}

const inText = "text-fg underline decoration-line-strong underline-offset-2 hover:decoration-current";
