import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Artifact } from "../../schema/artifacts.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { query } from "../api.ts";
import { ArtifactContent } from "../artifact-view/artifact-content.tsx";
import { Link } from "../kit/router.tsx";
import { Markdown } from "../markdown/markdown.tsx";
import { Copy } from "../parts/actions/copy.tsx";
import { useFlowNames } from "../parts/flow-names.ts";
import { flowPath } from "../parts/paths.ts";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { Time } from "../parts/time/time.tsx";
import { absolute, timeOf } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";

interface Props {
  artifact: Artifact;
  actions: ReactNode;
}

/** One artifact: when it was written and by what, and what it holds. */
export function ArtifactPane({ artifact, actions }: Props) {
  const { created, updated, description, metadata_ } = artifact;
  const { zone } = useSettings();
  const at = timeOf(created ?? "");
  const wasUpdated = timeOf(updated ?? "") - at > 1_000;
  return (
    <article aria-label="Artifact" className="flex min-h-0 flex-1 flex-col overflow-y-auto bg-surface">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b px-4 py-2.5">
        <div className="min-w-0 flex-1 basis-72">
          <p>
            {created && <time dateTime={created}>{absolute(at, zone)}</time>}{" "}
            <span className="text-muted">
              · <Time time={created} />
              {wasUpdated && (
                <>
                  {" "}
                  · updated <Time time={updated} />
                </>
              )}
            </span>
          </p>
          <Writer artifact={artifact} />
          <p className="flex h-6 items-center gap-1 text-xs text-muted">
            <code className="min-w-0 truncate">{artifact.id}</code>
            <Copy text={artifact.id} label="Copy the id of the artifact" />
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">{actions}</div>
      </header>
      {description && (
        <div className="border-b px-4 py-2.5 text-muted">
          <Markdown text={description} />
        </div>
      )}
      <div className="px-4 py-3">
        <ArtifactContent artifact={artifact} />
      </div>
      {metadata_ && Object.keys(metadata_).length > 0 && <Metadata metadata={metadata_} />}
    </article>
  );
}

/** The task, the run and the flow that wrote it. */
function Writer({ artifact: { flow_run_id, task_run_id } }: { artifact: Artifact }) {
  const run = useQuery({
    ...query(flowRuns.filter, { flow_runs: { id: { any_: [flow_run_id ?? ""] } } }),
    enabled: flow_run_id !== null,
    meta: { live: "patch" },
  }).data?.[0];
  const task = useQuery({
    ...query(taskRuns.filter, { task_runs: { id: { any_: [task_run_id ?? ""] } } }),
    enabled: task_run_id !== null,
    meta: { live: "patch" },
  }).data?.[0];
  const flow = useFlowNames(run ? [run.flow_id] : []).nameOf(run?.flow_id ?? "");
  if (flow_run_id === null && task_run_id === null)
    return <p className="text-muted">Written outside a run</p>;
  return (
    <p className="flex flex-wrap items-center gap-x-1.5 text-muted">
      Written by
      {task_run_id !== null && (
        <>
          <span>task run</span>
          <RunLink
            kind="task-run"
            id={task_run_id}
            flowRunId={task?.flow_run_id ?? flow_run_id}
            className="text-accent"
          >
            {task?.name ?? task_run_id.slice(0, 8)}
          </RunLink>
          {flow_run_id !== null && "of"}
        </>
      )}
      {flow_run_id !== null && (
        <>
          <span>flow run</span>
          {run && <StateIcon type={run.state_type} name={run.state_name} title />}
          <RunLink kind="flow-run" id={flow_run_id} className="text-accent">
            {run?.name ?? flow_run_id.slice(0, 8)}
          </RunLink>
        </>
      )}
      {run && flow && (
        <>
          <span>· flow</span>
          <Link to={flowPath(run.flow_id)} className="text-accent hover:underline">
            {flow}
          </Link>
        </>
      )}
    </p>
  );
}

const Metadata = ({ metadata }: { metadata: Readonly<Record<string, string>> }) => (
  <section aria-label="Metadata" className="border-t px-4 py-2.5">
    <h3 className="mb-1 font-strong">Metadata</h3>
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-xs">
      {Object.entries(metadata).map(([key, value]) => (
        <div key={key} className="contents">
          <dt className="text-muted">{key}</dt>
          <dd className="break-words">{value}</dd>
        </div>
      ))}
    </dl>
  </section>
);
