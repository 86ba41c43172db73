import "@xyflow/react/dist/base.css";
import { ReactFlowProvider } from "@xyflow/react";
import {
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import { lazyNamed } from "../kit/lazy-named.ts";
import { useArrangement } from "./arrangement.tsx";
import { GraphContext } from "./cards/context.ts";
import { GraphSkeleton } from "./graph-skeleton.tsx";
import { at } from "./layout/arrays.ts";
import { useLayout } from "./layout/use-layout.ts";
import { Marks } from "./marks.ts";
import type { RunModel } from "./model.ts";
import { sceneOf } from "./scene.ts";
import { useOpenSubflows } from "./subflows.ts";
import { Surface } from "./surface.tsx";
import { usePane, useSize } from "./use-size.ts";

interface Props {
  model: RunModel;
  /** Id of the selected task run. */
  selected: string | undefined;
  onSelect: (taskRunId: string | undefined, flowRunId?: string) => void;
  /** False once the run has ended. */
  isLive: boolean;
}

/** The run as a graph: every task, what it waited for, and its state; in layers, or along the axis of time. */
export function GraphView(props: Props) {
  const { arrangement, choice } = useArrangement();
  if (arrangement === "layers") return <Layers {...props} tools={choice} />;
  return (
    <Suspense fallback={<GraphSkeleton />}>
      <Lanes {...props} tools={choice} />
    </Suspense>
  );
}

const Lanes = lazyNamed(async () => (await import("./timeline/lanes.tsx")).Lanes);

function Layers({ model, selected, onSelect, isLive, tools }: Props & { tools: ReactNode }) {
  const [root, setRoot] = useState<HTMLDivElement | null>(null);
  const size = useSize(root);
  /** Whether the person has moved the camera: then nothing moves by itself. */
  const [isFree, setFree] = useState(false);
  const pane = usePane(size, isFree);
  const [opened, setOpened] = useState<ReadonlySet<number>>(() => new Set());
  const [marks] = useState(() => new Marks());
  const { unfolded, unfold } = useUnfolded(model);
  const input = useSyncExternalStore(model.onChange, () => model.input);
  const layout = useLayout({ source: model, input, opened, unfolded, pane, isHeld: isFree });
  const scene = useMemo(() => {
    if (layout) model.setFamilies(layout.family);
    return layout && sceneOf(layout);
  }, [model, layout]);
  const toggle = useCallback(
    (leader: number) =>
      setOpened((before) => {
        const next = new Set(before);
        if (!next.delete(leader)) next.add(leader);
        return next;
      }),
    [],
  );
  const context = useMemo(() => ({ model, marks, toggle, unfold }), [model, marks, toggle, unfold]);
  const index = useSyncExternalStore(model.onChange, () =>
    selected === undefined ? -1 : (model.indexOf(selected) ?? -1),
  );
  const box = index < 0 || !layout ? -1 : at(layout.boxOf, index);
  const seenAs = box < 0 || !layout ? -1 : at(layout.boxes.node, box);
  useEffect(() => marks.set({ selected: index, seenAs }), [marks, index, seenAs]);
  const select = (node: number) => onSelect(model.nodes[node]?.task_run_id, model.nodes[node]?.flow_run_id);
  return (
    <div ref={setRoot} className="relative h-full w-full">
      {scene && size ? (
        <GraphContext value={context}>
          <ReactFlowProvider>
            <Surface
              {...{ scene, select, tools, size, isLive, isFree, setFree }}
              selected={index}
              {...context}
            />
          </ReactFlowProvider>
        </GraphContext>
      ) : (
        <GraphSkeleton />
      )}
    </div>
  );
}

/** Subflows whose tasks are shown in place, as nodes; the same set until one of them changes. */
function useUnfolded(model: RunModel) {
  const { ids, toggle } = useOpenSubflows();
  const listed = useSyncExternalStore(model.onChange, () =>
    [...ids].flatMap((id) => (model.holds(id) ? (model.indexOf(id) ?? []) : [])).join(),
  );
  const unfolded = useMemo<ReadonlySet<number>>(
    () => new Set(listed === "" ? [] : listed.split(",").map(Number)),
    [listed],
  );
  const unfold = useCallback(
    (node: number) => {
      const subflow = model.nodes[node];
      if (subflow?.kind === "flow-run") toggle(subflow.id);
    },
    [model, toggle],
  );
  return { unfolded, unfold };
}
