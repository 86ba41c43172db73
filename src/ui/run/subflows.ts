import { useQueries } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useMemo } from "react";
import type { RunGraph } from "../../schema/graphs.ts";
import type { Change, Scope } from "../../schema/live.ts";
import { TaskRun } from "../../schema/task-runs.ts";
import { useIsPraetor } from "../api.ts";
import type { RunModel } from "../graph/model.ts";
import { graphQuery } from "../graph/read-graph.ts";
import { useOpenSubflows } from "../graph/subflows.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { useIsTold, useScopes } from "../live.ts";

/** Reads the tasks of the subflows that are opened into the model of the run, and follows them. */
export function useSubflowTasks(model: RunModel | undefined, mayGrow: boolean): void {
  const { ids, toggle } = useOpenSubflows();
  const isPraetor = useIsPraetor();
  const isTold = useIsTold();
  const opened = useMemo(() => [...ids], [ids]);
  const read = useQueries({
    queries: opened.map((id) => graphQuery({ id, isPraetor, isTold, mayGrow })),
    combine: (answers) => answers.map(({ data, error, dataUpdatedAt }) => ({ data, error, dataUpdatedAt })),
  });
  const key = read.map(({ dataUpdatedAt, error }) => `${dataUpdatedAt} ${error}`).join();
  const take = useEffectEvent(() => {
    if (!model) return;
    takeAll(
      model,
      read.flatMap(({ data }) => data ?? []),
    );
    read.forEach(({ error }, place) => {
      const id = opened[place];
      if (!error || id === undefined) return;
      toast.failed("Could not read the tasks of the subflow", error);
      toggle(id);
    });
  });
  useEffect(() => {
    if (model && key !== "") take();
  }, [model, key]);
  const hear = useCallback(
    (change: Change) => {
      const row = TaskRun.safeParse(change.row);
      if (row.success) model?.apply([row.data]);
    },
    [model],
  );
  useScopes(
    isPraetor || mayGrow ? opened.map((id): Scope => ({ noun: "task-runs", flow_run_id: id })) : [],
    hear,
  );
}

/** The graph of a subflow inside one that comes later has to wait for that. */
function takeAll(model: RunModel, graphs: readonly RunGraph[]): void {
  let waiting = graphs;
  for (let before = -1; waiting.length !== before; ) {
    before = waiting.length;
    waiting = waiting.filter((graph) => {
      model.take(graph);
      return !model.holds(graph.flow_run_id);
    });
  }
}
