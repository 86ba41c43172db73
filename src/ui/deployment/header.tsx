import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import type { Deployment } from "../../schema/deployments.ts";
import type { RecentRuns } from "../../schema/waiting.ts";
import { Link } from "../kit/router.tsx";
import { Markdown } from "../markdown/markdown.tsx";
import { CliCommand, Copy } from "../parts/actions/copy.tsx";
import { startWorker } from "../parts/actions/curl.ts";
import { commands, fullName } from "../parts/actions/deployment-commands.ts";
import { limitPath } from "../parts/capacity-path.ts";
import { RunsStrip } from "../parts/charts/runs-strip.tsx";
import { StatusIcon, statusOf } from "../parts/deployment-status.tsx";
import { flowPath, poolPath } from "../parts/paths.ts";
import { useRecentRuns } from "../parts/runs/recent-runs.ts";
import { runsPath } from "../parts/runs-path.ts";
import { Tag } from "../parts/tag.tsx";
import { firesOf, wordsOf } from "../parts/time/fires.ts";
import { FireTime, useNextFire } from "../parts/time/next-fire.tsx";
import { Zone } from "../parts/time/time.tsx";
import { Actions } from "./actions.tsx";
import { deploymentSentence } from "./sentence.ts";

interface Props {
  deployment: Deployment;
  flow: string | undefined;
}

/** What the deployment is, how it stands, and what can be done about it. */
export function Header({ deployment, flow }: Props) {
  const recent = useRecentRuns("deployment", [deployment.id]);
  return (
    <header className="flex shrink-0 flex-col gap-1.5 border-b bg-surface px-4 pt-3 pb-2.5">
      <div className="flex items-center gap-1.5 text-muted max-md:flex-wrap">
        <Link to="/deployments" className="hover:text-fg">
          Deployments
        </Link>
        <ChevronRight size={12} className="shrink-0 text-faint" aria-hidden="true" />
        <Link to={flowPath(deployment.flow_id)} className="truncate hover:text-fg">
          {flow ?? "…"}
        </Link>
        <ChevronRight size={12} className="shrink-0 text-faint" aria-hidden="true" />
        <span className="truncate font-strong text-fg">{deployment.name}</span>
        <Copy text={deployment.id} label="Copy the id of the deployment" />
        <span className="flex-1" />
        <span className="max-md:w-full">
          <Actions deployment={deployment} flow={flow} />
        </span>
      </div>
      <StateLine deployment={deployment} />
      {deployment.description && (
        <div className="max-h-[40vh] max-w-[90ch] overflow-y-auto text-muted">
          <Markdown text={deployment.description} />
        </div>
      )}
      <Meta deployment={deployment} flow={flow} recent={recent.of(deployment.id)}>
        <RunsStrip recent={recent.of(deployment.id)} isPending={recent.isPending} />
      </Meta>
      <StartCommand deployment={deployment} />
    </header>
  );
}

const colors = { ready: undefined, "not-served": "var(--state-late)", paused: "var(--state-paused)" };

function StateLine({ deployment }: { deployment: Deployment }) {
  const { at: next, now } = useNextFire(deployment);
  const status = statusOf(deployment);
  const active = deployment.schedules.filter((schedule) => schedule.active);
  const soonest = firesOf(deployment, now, 1)[0]?.schedule;
  const ordered = soonest ? [soonest, ...active.filter((one) => one !== soonest)] : active;
  const sentence = deploymentSentence({
    deployment,
    words: ordered.map(({ schedule }) => wordsOf(schedule)),
    next,
    now,
  });
  const [, first = "", rest = ""] = /^([^:,]+)([\s\S]*)$/.exec(sentence) ?? [];
  return (
    <div className="flex items-start gap-2">
      <span className="mt-[5px]">
        <StatusIcon status={status} size={18} />
      </span>
      <h1 className="min-w-0 text-lg leading-7 font-strong break-words" aria-label={sentence}>
        <span style={{ color: colors[status] }}>{first}</span>
        {rest}
      </h1>
    </div>
  );
}

interface MetaProps extends Props {
  recent: RecentRuns | undefined;
  children: ReactNode;
}

function Meta({ deployment, flow = "", recent, children }: MetaProps) {
  const { at: next } = useNextFire(deployment);
  const limit = deployment.global_concurrency_limit;
  const pool = deployment.work_pool_name;
  const late = `state:late deployment:"${fullName({ flow, name: deployment.name })}"`;
  return (
    <div className="flex min-h-5 flex-wrap items-center gap-x-4 gap-y-1 text-muted">
      {next !== undefined && (
        <span>
          Next{" "}
          <span className="text-fg">
            <FireTime at={next} />
          </span>
          , <Zone />
        </span>
      )}
      {recent !== undefined && recent.late > 0 && (
        <Link to={runsPath(late)} className="text-late underline">
          {recent.late} late
        </Link>
      )}
      <span>
        {pool ? (
          <>
            Pool{" "}
            <Link to={poolPath(pool)} className="text-fg underline decoration-line-strong underline-offset-2">
              {pool}
            </Link>
            {deployment.work_queue_name && `, queue ${deployment.work_queue_name}`}
          </>
        ) : (
          "Served by a process"
        )}
      </span>
      {limit && (
        <Link to={limitPath(limit.name)} className="hover:text-fg hover:underline">
          Limit{" "}
          <span className={limit.active_slots >= limit.limit ? "text-late" : "text-fg"}>
            {limit.active_slots} of {limit.limit}
          </span>{" "}
          in use
        </Link>
      )}
      {deployment.version && (
        <span>
          Version <code className="text-fg">{deployment.version.slice(0, 12)}</code>
        </span>
      )}
      {deployment.tags.length > 0 && (
        <span className="flex flex-wrap gap-1">
          {deployment.tags.map((tag) => (
            <Tag key={tag} name={tag} />
          ))}
        </span>
      )}
      <span className="ml-auto max-md:hidden">{children}</span>
    </div>
  );
}

/** What to start when nobody takes up its runs. */
function StartCommand({ deployment }: { deployment: Deployment }) {
  if (statusOf(deployment) !== "not-served") return null;
  const { work_pool_name: pool, entrypoint } = deployment;
  return (
    <div className="flex max-w-[560px] items-center gap-2">
      <span className="shrink-0 text-muted">Start it with</span>
      <div className="min-w-0 flex-1">
        <CliCommand command={pool ? startWorker(pool) : commands.serve(entrypoint)} />
      </div>
    </div>
  );
}
