import { useQuery } from "@tanstack/react-query";
import { type TaskRun, taskRuns } from "../../../schema/task-runs.ts";
import { query } from "../../api.ts";
import { describeBox } from "../describe.ts";
import { at } from "../layout/arrays.ts";
import type { Size } from "../layout/blocks.ts";
import type { ModelNode, RunModel } from "../model.ts";
import type { Scene } from "../scene.ts";

interface Props {
  scene: Scene;
  model: RunModel;
  edge: number;
  /** Of the pointer, in the pane. */
  x: number;
  y: number;
  pane: Size;
}

/** What an edge stands for: who waits for whom, and as which argument the result is passed on. */
export function EdgeTip({ scene, model, edge, x, y, pane }: Props) {
  const { edges } = scene.layout;
  const from = scene.itemOfBox(at(edges.from, edge));
  const to = scene.itemOfBox(at(edges.to, edge));
  const weight = at(edges.weight, edge);
  const child = to && model.nodes[to.node];
  const parent = from && model.nodes[from.node];
  const isSingle = weight === 1 && from?.kind === "task" && to?.kind === "task";
  const names = useArguments(isSingle ? child : undefined, parent);
  if (!from || !to) return null;
  const what =
    at(edges.isCall, edge) === 1
      ? "called by it"
      : weight > 1
        ? `${weight.toLocaleString("en")} dependencies`
        : names.length > 0 && `argument ${names.join(", ")}`;
  return (
    <div
      role="tooltip"
      className="pop pointer-events-none absolute z-20 max-w-80 px-2.5 py-1.5 text-xs"
      style={{ left: Math.min(x + 12, pane.width - 260), top: Math.min(y + 14, pane.height - 56) }}
    >
      <span className="block truncate">
        <span className="font-strong">{describeBox(model, from)}</span> →{" "}
        <span className="font-strong">{describeBox(model, to)}</span>
      </span>
      {what && <span className="block truncate text-muted">{what}</span>}
    </div>
  );
}

/** The graph names no arguments, so the task run is asked, and only when somebody points at its edge. */
function useArguments(child: ModelNode | undefined, parent: ModelNode | undefined): string[] {
  const { data } = useQuery({
    ...query(taskRuns.read, { id: child?.task_run_id ?? "" }),
    enabled: child !== undefined && parent !== undefined,
    staleTime: 60_000,
  });
  return data && parent ? argumentsFrom(data, parent) : [];
}

/** The parameters of a task run that were results of this one. */
export function argumentsFrom(
  { task_inputs }: Pick<TaskRun, "task_inputs">,
  { id, task_run_id }: Pick<ModelNode, "id" | "task_run_id">,
): string[] {
  return Object.entries(task_inputs).flatMap(([name, inputs]) =>
    name !== "__parents__" &&
    inputs.some((input) => "id" in input && (input.id === id || input.id === task_run_id))
      ? name
      : [],
  );
}
