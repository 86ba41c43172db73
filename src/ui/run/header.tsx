import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { Link } from "react-router";
import { deployments } from "../../schema/deployments.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { toMs } from "../../schema/scalars.ts";
import type { Waiting } from "../../schema/waiting.ts";
import { query } from "../api.ts";
import type { Histogram } from "../graph/model.ts";
import { useNow } from "../kit/now.ts";
import { Copy } from "../parts/actions/copy.tsx";
import { poolPath } from "../parts/capacity-path.ts";
import { deploymentPath, flowPath } from "../parts/paths.ts";
import { explain } from "../parts/runs/gates.ts";
import { LinkedWords } from "../parts/runs/linked-words.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { stateStyle } from "../parts/runs/states.ts";
import { Tag } from "../parts/tag.tsx";
import { RunDuration } from "../parts/time/duration.tsx";
import { duration } from "../parts/time/durations.ts";
import { Time, Zone } from "../parts/time/time.tsx";
import { useSettings } from "../settings.ts";
import { Actions } from "./actions.tsx";
import { isOver } from "./data.ts";
import type { Failure } from "./failure.ts";
import { type Sentence, stateSentence, tellsDuration } from "./sentence.ts";

interface Props {
  run: FlowRun;
  flowName: string | undefined;
  tasks: Histogram | undefined;
  failure: Failure | undefined;
  waiting: Waiting | undefined;
  onFailure: () => void;
}

/** What the run is, how it stands, and what can be done about it. */
export function Header({ run, flowName, tasks, failure, waiting, onFailure }: Props) {
  return (
    <header className="flex shrink-0 flex-col gap-1.5 border-b bg-surface px-4 pt-3 pb-2.5">
      <div className="flex items-center gap-1.5 text-muted">
        <Link to="/runs" className="hover:text-fg max-sm:hidden">
          Runs
        </Link>
        <ChevronRight size={12} className="shrink-0 text-faint max-sm:hidden" aria-hidden="true" />
        <Link to={flowPath(run.flow_id)} className="truncate hover:text-fg">
          {flowName ?? "…"}
        </Link>
        <ChevronRight size={12} className="shrink-0 text-faint" aria-hidden="true" />
        <span className="truncate font-strong text-fg">{run.name}</span>
        <Copy text={run.id} label="Copy the id of the run" />
        <span className="flex-1" />
        <Actions run={run} flowName={flowName} />
      </div>
      <StateLine {...{ run, tasks, failure, waiting, onFailure }} />
      <Meta run={run} />
    </header>
  );
}

function StateLine({ run, tasks, failure, waiting, onFailure }: Omit<Props, "flowName">) {
  const { zone } = useSettings();
  const now = useNow(isOver(run) ? 60 : 1);
  const look = stateStyle(run.state_type, run.state_name);
  const sentence = stateSentence({
    ...run,
    message: run.state?.message ?? null,
    since: run.state?.timestamp ?? null,
    tasks,
    failure: failure?.title
      ? { task: failure.task, attempts: failure.attempts, error: failure.title }
      : undefined,
    waiting: waiting && explain(waiting, { now, zone, isBrief: true }),
    now,
  });
  return (
    <div className="flex items-start gap-2">
      <span className="mt-[5px]">
        <StateIcon type={run.state_type} name={run.state_name} size={18} />
      </span>
      <h1 className="min-w-0 text-lg leading-7 font-strong break-words" aria-label={textOf(sentence)}>
        <Words sentence={sentence} color={look.color} onCode={failure?.task ? onFailure : undefined} />
      </h1>
    </div>
  );
}

interface WordsProps {
  sentence: Sentence;
  color: string;
  onCode: (() => void) | undefined;
}

/** The first word is the state and has its colour; a task is named as code and leads to it. */
function Words({ sentence, color, onCode }: WordsProps) {
  return sentence.map((part, place) => {
    if (place > 0 && typeof part === "string") return part;
    if (typeof part !== "string" && "to" in part)
      return <LinkedWords key={`${part.text} ${part.to}`} words={[part]} />;
    if (typeof part !== "string")
      return (
        <button
          key={part.code}
          type="button"
          onClick={onCode}
          className="rounded-sm bg-sunken px-1 font-mono text-[0.9em] hover:bg-active"
        >
          {part.code}
        </button>
      );
    const [, first = "", rest = ""] = /^([\w]+)([\s\S]*)$/.exec(part) ?? [];
    return (
      <span key={part}>
        <span style={{ color }}>{first}</span>
        {rest}
      </span>
    );
  });
}

export const textOf = (sentence: Sentence): string =>
  sentence.map((part) => (typeof part === "string" ? part : "code" in part ? part.code : part.text)).join("");

function Meta({ run }: { run: FlowRun }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted">
      <span>
        {run.start_time ? "Started " : "Expected "}
        <span className="text-fg">
          <Time time={run.start_time ?? run.expected_start_time} as="clock" />
        </span>{" "}
        <Zone />
        {run.start_time && (
          <>
            , <Time time={run.start_time} />
          </>
        )}
      </span>
      {run.start_time && !tellsDuration(run.state_type) && (
        <span>
          Ran{" "}
          <span className="text-fg">
            <RunDuration run={run} />
          </span>
        </span>
      )}
      <Waited run={run} />
      {run.run_count > 1 && <span>Run {run.run_count} times</span>}
      {run.deployment_id && <DeploymentLink id={run.deployment_id} pool={run.work_pool_name} />}
      {run.flow_version && (
        <span>
          Version <code className="text-fg">{run.flow_version.slice(0, 8)}</code>
        </span>
      )}
      {run.tags.length > 0 && (
        <span className="flex flex-wrap gap-1">
          {run.tags.map((tag) => (
            <Tag key={tag} name={tag} />
          ))}
        </span>
      )}
    </div>
  );
}

/** What an ended run spent between its attempts and in pauses. */
function Waited({ run: { start_time: start, end_time: end, total_run_time: ran } }: { run: FlowRun }) {
  const seconds = start && end ? (toMs(end) - toMs(start)) / 1000 - ran : 0;
  if (seconds < 1) return null;
  return (
    <span>
      Waited <span className="text-fg">{duration(seconds)}</span>
    </span>
  );
}

/** Its name takes a request, which is the same for all runs of the deployment. */
function DeploymentLink({ id, pool }: { id: string; pool: string | null }) {
  const { data } = useQuery({ ...query(deployments.read, { id }), staleTime: 60_000 });
  return (
    <span className="min-w-0 truncate">
      Deployed as{" "}
      <Link to={deploymentPath(id)} className={inText}>
        {data?.name ?? id.slice(0, 8)}
      </Link>
      {pool && (
        <>
          {" in "}
          <Link to={poolPath(pool)} className={inText}>
            {pool}
          </Link>
        </>
      )}
    </span>
  );
}

const inText = "text-fg underline decoration-line-strong underline-offset-2 hover:decoration-current";
