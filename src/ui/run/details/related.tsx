import { useQuery } from "@tanstack/react-query";
import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import type { RunNode } from "../../../schema/graphs.ts";
import { taskRuns } from "../../../schema/task-runs.ts";
import { query } from "../../api.ts";
import type { RunModel } from "../../graph/model.ts";
import { Failed } from "../../kit/panel.tsx";
import { Link } from "../../kit/router.tsx";
import { Section } from "../../kit/section.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { Copy } from "../../parts/actions/copy.tsx";
import { RunLink } from "../../parts/runs/run-link.tsx";
import { StateBadge, StateIcon } from "../../parts/runs/state-badge.tsx";
import { runsPath } from "../../parts/runs-path.ts";
import { RunDuration } from "../../parts/time/duration.tsx";
import { duration } from "../../parts/time/durations.ts";
import { Time } from "../../parts/time/time.tsx";
import type { Selection } from "../selection.ts";

interface Props {
  selection: Selection;
  run: FlowRun;
  flowName: string | undefined;
  model: RunModel | undefined;
  onTask: (taskRunId: string) => void;
}

/** What stands around the selection: callers, what it waited for, what waited for it, subflows, ids. */
export function Related({ selection, run, flowName, model, onTask }: Props) {
  const { node } = selection;
  if (node) return <OfTask {...{ node, model, onTask }} flowId={run.flow_id} />;
  return <OfFlow run={run} flowName={flowName} />;
}

/** Neighbours in the graph that are listed; a task may wait for ten thousand. */
const mostNeighbours = 100;

interface OfTaskProps extends Pick<Props, "model" | "onTask"> {
  node: RunNode;
  flowId: string;
}

function OfTask({ node, model, onTask, flowId }: OfTaskProps) {
  const nodes = model?.nodes ?? [];
  const place = model?.indexOf(node.task_run_id);
  const parents = node.parents.flatMap((index) => nodes[index] ?? []);
  const children = nodes.filter((other) => place !== undefined && other.parents.includes(place));
  const caller = nodes[node.within];
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {caller && (
        <Section title="Called by">
          <Neighbours nodes={[caller]} none="" onTask={onTask} />
        </Section>
      )}
      <Section title="Waited for">
        <Neighbours nodes={parents} none="No tasks" onTask={onTask} />
      </Section>
      <Section title="Waited for by">
        <Neighbours nodes={children} none="No tasks" onTask={onTask} />
      </Section>
      <Section title="IDs">
        <Id name="Task run" id={node.task_run_id} />
        {node.kind === "flow-run" && <Id name="Flow run" id={node.id} />}
        <Id name="Task" id={node.task_key} />
        <Id name="Flow" id={flowId} />
      </Section>
    </div>
  );
}

interface NeighboursProps {
  nodes: readonly RunNode[];
  none: string;
  onTask: Props["onTask"];
}

function Neighbours({ nodes, none, onTask }: NeighboursProps) {
  if (nodes.length === 0) return <p className="text-muted">{none}</p>;
  return (
    <ul>
      {nodes.slice(0, mostNeighbours).map((node) => (
        <li key={node.task_run_id} className="flex h-7 items-center gap-2">
          <StateIcon type={node.state_type} name={node.state_name} title />
          <button
            type="button"
            className="min-w-0 truncate hover:underline"
            onClick={() => onTask(node.task_run_id)}
          >
            {node.name}
          </button>
          {node.start && node.end && (
            <span className="ml-auto shrink-0 text-muted">{duration((node.end - node.start) / 1000)}</span>
          )}
        </li>
      ))}
      {nodes.length > mostNeighbours && (
        <li className="text-muted">{(nodes.length - mostNeighbours).toLocaleString("en")} more</li>
      )}
    </ul>
  );
}

/** The runs around this one: who called it, whom it called, and its flow. */
function OfFlow({ run, flowName }: { run: FlowRun; flowName: string | undefined }) {
  const children = useQuery(
    query(flowRuns.filter, {
      flow_runs: { parent_flow_run_id: { any_: [run.id] } },
      sort: "START_TIME_ASC",
      limit: 100,
    }),
  );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <Section title="Called by">
        {run.parent_task_run_id ? (
          <Parent taskRunId={run.parent_task_run_id} />
        ) : (
          <p className="text-muted">{starterOf(run)}</p>
        )}
      </Section>
      <Section title="Subflows">
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
      </Section>
      <Section title="Flow">
        <p className="flex items-center gap-3">
          <Link
            className="text-accent hover:underline"
            to={runsPath(`flow:${JSON.stringify(flowName ?? "")}`)}
          >
            All runs of {flowName ?? "the flow"}
          </Link>
        </p>
      </Section>
      <Section title="IDs">
        <Id name="Flow run" id={run.id} />
        <Id name="Flow" id={run.flow_id} />
        {run.deployment_id && <Id name="Deployment" id={run.deployment_id} />}
        {run.infrastructure_pid && <Id name="Process" id={run.infrastructure_pid} />}
      </Section>
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
