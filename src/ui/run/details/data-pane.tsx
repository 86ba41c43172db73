import { useQuery } from "@tanstack/react-query";
import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import { type TaskInputs, taskRuns } from "../../../schema/task-runs.ts";
import { query } from "../../api.ts";
import type { RunModel } from "../../graph/model.ts";
import { Failed } from "../../kit/panel.tsx";
import { Section } from "../../kit/section.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { Copy } from "../../parts/actions/copy.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { StateIcon } from "../../parts/runs/state-badge.tsx";
import type { Selection } from "../selection.ts";

interface Props {
  selection: Selection;
  model: RunModel | undefined;
  onTask: (taskRunId: string) => void;
}

/** What went in and what came out. */
export function DataPane({ selection, model, onTask }: Props) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {selection.taskRunId ? (
        <OfTask id={selection.taskRunId} model={model} onTask={onTask} />
      ) : (
        <OfFlow id={selection.flowRunId} />
      )}
    </div>
  );
}

function OfFlow({ id }: { id: string }) {
  const { data: run, error, isError, refetch } = useQuery(query(flowRuns.read, { id }));
  if (!run && isError) return <Failed what="The run" error={error} onRetry={() => void refetch()} />;
  if (!run) return <SkeletonRows rows={3} />;
  return (
    <>
      <Section title="Parameters" action={<CopyJson value={run.parameters} label="Copy the parameters" />}>
        {Object.keys(run.parameters).length === 0 ? (
          <p className="text-muted">No parameters</p>
        ) : (
          <JsonView value={run.parameters} />
        )}
      </Section>
      <Result data={run.state?.data} type={run.state_type} />
      {Object.keys(run.context).length > 0 && (
        <Section title="Context">
          <JsonView value={run.context} open={1} />
        </Section>
      )}
      {Object.keys(run.labels).length > 0 && (
        <Section title="Labels">
          <JsonView value={run.labels} open={1} />
        </Section>
      )}
    </>
  );
}

function OfTask({ id, model, onTask }: { id: string; model: RunModel | undefined; onTask: Props["onTask"] }) {
  const { data: run, error, isError, refetch } = useQuery(query(taskRuns.read, { id }));
  if (!run && isError) return <Failed what="The task run" error={error} onRetry={() => void refetch()} />;
  if (!run) return <SkeletonRows rows={3} />;
  return (
    <>
      <Section title="Inputs">
        <Inputs inputs={run.task_inputs} model={model} onTask={onTask} />
      </Section>
      <Result data={run.state?.data} type={run.state_type} />
      <Section title="Settings">
        <JsonView
          value={{
            task_key: run.task_key,
            dynamic_key: run.dynamic_key,
            ...(run.cache_key ? { cache_key: run.cache_key, cache_expiration: run.cache_expiration } : {}),
            retries: run.empirical_policy.retries ?? run.empirical_policy.max_retries,
            retry_delay: run.empirical_policy.retry_delay ?? run.empirical_policy.retry_delay_seconds,
            tags: run.tags,
          }}
          open={1}
        />
      </Section>
    </>
  );
}

interface InputsProps {
  inputs: TaskInputs;
  model: RunModel | undefined;
  onTask: Props["onTask"];
}

function Inputs({ inputs, model, onTask }: InputsProps) {
  const names = Object.keys(inputs);
  if (names.length === 0) return <p className="text-muted">No inputs</p>;
  return (
    <dl className="grid grid-cols-[minmax(64px,auto)_1fr] gap-x-4 gap-y-1.5">
      {names.map((name) => (
        <div key={name} className="contents">
          <dt className="truncate font-mono text-xs leading-5 text-muted">
            {name === "__parents__" ? "called by" : name === "wait_for" ? "waits for" : name}
          </dt>
          <dd className="flex min-w-0 flex-wrap gap-1">
            {inputs[name]?.length === 0 && <span className="text-faint">a plain value</span>}
            {inputs[name]?.slice(0, mostInputs).map((input) => (
              <Source key={JSON.stringify(input)} input={input} model={model} onTask={onTask} />
            ))}
            {(inputs[name]?.length ?? 0) > mostInputs && (
              <span className="text-muted">and {(inputs[name]?.length ?? 0) - mostInputs} more</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
const mostInputs = 30;

function Source({
  input,
  model,
  onTask,
}: {
  input: TaskInputs[string][number];
  model: RunModel | undefined;
  onTask: Props["onTask"];
}) {
  if (input.input_type === "parameter") return <span>parameter {input.name}</span>;
  if (input.input_type === "constant")
    return <span className="text-muted">a constant of type {input.type}</span>;
  const index = model?.indexOf(input.id);
  const node = index === undefined ? undefined : model?.nodes[index];
  return (
    <button
      type="button"
      className="inline-flex h-5 max-w-full items-center gap-1 rounded-sm border px-1.5 text-xs hover:bg-hover"
      onClick={() => onTask(node?.task_run_id ?? input.id)}
    >
      <StateIcon type={node?.state_type} name={node?.state_name} size={11} />
      <span className="truncate">{node?.name ?? input.id}</span>
    </button>
  );
}

function Result({ data, type }: { data: unknown; type: FlowRun["state_type"] }) {
  if (type !== "COMPLETED" && (data === undefined || data === null)) return null;
  return (
    <Section
      title="Result"
      action={data !== null && data !== undefined && <CopyJson value={data} label="Copy the result" />}
    >
      {isPersisted(data) ? (
        <JsonView value={data} />
      ) : (
        <p className="text-muted">
          Not persisted. Set <code>persistResult</code> to store the result.
        </p>
      )}
    </Section>
  );
}

const isPersisted = (data: unknown): boolean =>
  data !== null &&
  data !== undefined &&
  !(typeof data === "object" && "type" in data && data.type === "unpersisted");

const CopyJson = ({ value, label }: { value: unknown; label: string }) => (
  <Copy text={JSON.stringify(value, null, 2)} label={label} />
);
