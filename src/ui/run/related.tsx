import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { query } from "../api.ts";
import { Failed } from "../kit/panel.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { Copy } from "../parts/actions/copy.tsx";
import { RunLink } from "../parts/runs/run-link.tsx";
import { StateBadge, StateIcon } from "../parts/runs/state-badge.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { RunDuration } from "../parts/time/duration.tsx";
import { Time } from "../parts/time/time.tsx";

/** The runs around this one: who called it, whom it called, and its flow. */
export function Related({ run, flowName }: { run: FlowRun; flowName: string | undefined }) {
  const children = useQuery(
    query(flowRuns.filter, {
      flow_runs: { parent_flow_run_id: { any_: [run.id] } },
      sort: "START_TIME_ASC",
      limit: 100,
    }),
  );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <Part title="Called by">
        {run.parent_task_run_id ? (
          <Parent taskRunId={run.parent_task_run_id} />
        ) : (
          <p className="text-muted">{starterOf(run)}</p>
        )}
      </Part>
      <Part title="Subflows">
        {children.isError ? (
          <Failed what="The subflows" error={children.error} onRetry={() => void children.refetch()} />
        ) : !children.data ? (
          <SkeletonRows rows={2} />
        ) : children.data.length === 0 ? (
          <p className="text-muted">No subflows</p>
        ) : (
          <ul>
            {children.data.map((child) => (
              <li key={child.id} className="flex h-7 items-center gap-2">
                <StateIcon type={child.state_type} name={child.state_name} title />
                <RunLink kind="flow-run" id={child.id} className="min-w-0 flex-1">
                  {child.name}
                </RunLink>
                <span className="text-muted">
                  <RunDuration run={child} />
                </span>
                <span className="w-20 text-right text-muted">
                  <Time time={child.start_time} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Part>
      <Part title="Flow">
        <p className="flex items-center gap-3">
          <Link
            className="text-accent hover:underline"
            to={runsPath(`flow:${JSON.stringify(flowName ?? "")}`)}
          >
            All runs of {flowName ?? "the flow"}
          </Link>
        </p>
      </Part>
      <Part title="IDs">
        <Id name="Flow run" id={run.id} />
        <Id name="Flow" id={run.flow_id} />
        {run.deployment_id && <Id name="Deployment" id={run.deployment_id} />}
        {run.infrastructure_pid && <Id name="Process" id={run.infrastructure_pid} />}
      </Part>
    </div>
  );
}

function starterOf({ created_by, auto_scheduled, deployment_id }: FlowRun): string {
  if (created_by?.type === "AUTOMATION")
    return `The automation ${created_by.display_value ?? created_by.id}.`;
  if (auto_scheduled) return "Its schedule.";
  if (deployment_id) return "A manual run of its deployment.";
  return "A script that called the flow.";
}

function Parent({ taskRunId }: { taskRunId: string }) {
  const task = useQuery(query(taskRuns.read, { id: taskRunId }));
  const flowRunId = task.data?.flow_run_id;
  const parent = useQuery({ ...query(flowRuns.read, { id: flowRunId ?? "" }), enabled: Boolean(flowRunId) });
  if (task.isError) return <p className="text-muted">Caller unknown: it may have been deleted.</p>;
  if (!parent.data) return <SkeletonRows rows={1} />;
  return (
    <p className="flex h-7 items-center gap-2">
      <StateBadge type={parent.data.state_type} name={parent.data.state_name} />
      <RunLink kind="task-run" id={taskRunId} flowRunId={parent.data.id} className="min-w-0 text-accent">
        {parent.data.name}
      </RunLink>
    </p>
  );
}

function Id({ name, id }: { name: string; id: string }) {
  return (
    <p className="flex h-6 items-center gap-2">
      <span className="w-24 shrink-0 text-muted">{name}</span>
      <code className="min-w-0 truncate">{id}</code>
      <Copy text={id} label={`Copy the id of the ${name.toLowerCase()}`} />
    </p>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-b px-3 py-2.5" aria-label={title}>
      <h3 className="mb-1 font-strong">{title}</h3>
      {children}
    </section>
  );
}
