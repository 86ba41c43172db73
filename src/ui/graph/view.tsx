import "@xyflow/react/dist/base.css";
import { ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import {
  type ReactNode,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { lazyNamed } from "../kit/lazy-named.ts";
import { AccessibleTree } from "./accessible-tree.tsx";
import { useArrangement } from "./arrangement.tsx";
import {
  centred,
  fitted,
  leastZoom,
  mostZoom,
  revealed,
  type Viewport,
  visibleIn,
  zoomed,
} from "./camera.ts";
import { useLayout } from "./layout/use-layout.ts";
import { Marks } from "./marks.ts";
import { Minimap } from "./minimap.tsx";
import type { RunModel } from "./model.ts";
import { MapContext, type MapNode, nodeTypes } from "./nodes.tsx";
import { type Item, type Scene, sceneOf } from "./scene.ts";
import { drawPicture } from "./snapshot.ts";
import { Toolbar, ZoomControls } from "./toolbar.tsx";
import { type Size, useCanvas } from "./use-canvas.ts";
import { useSize } from "./use-size.ts";

interface Props {
  model: RunModel;
  /** Id of the selected task run. */
  selected: string | undefined;
  onSelect: (taskRunId: string | undefined, flowRunId?: string) => void;
  /** False once the run has ended. */
  isLive: boolean;
}

/** The run as a map: every task, what it waited for, and its state; in layers, or along the axis of time. */
export function GraphView(props: Props) {
  const { arrangement, choice } = useArrangement();
  if (arrangement === "layers") return <Layers {...props} tools={choice} />;
  return (
    <Suspense fallback={<div className="h-full w-full" />}>
      <Lanes {...props} tools={choice} />
    </Suspense>
  );
}

const Lanes = lazyNamed(async () => (await import("./timeline/lanes.tsx")).Lanes);

function Layers({ model, selected, onSelect, tools }: Omit<Props, "isLive"> & { tools: ReactNode }) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(() => new Set());
  const [marks] = useState(() => new Marks());
  const input = useSyncExternalStore(model.onChange, () => model.input);
  const [root, setRoot] = useState<HTMLDivElement | null>(null);
  const pane = useSize(root);
  const layout = useLayout({ source: model, input, opened, pane, isHeld: false });
  const scene = useMemo(() => {
    if (layout) model.setFamilies(layout.family);
    return layout && sceneOf(layout);
  }, [model, layout]);
  const lastToggled = useRef(-1);
  const toggle = useCallback((leader: number) => {
    lastToggled.current = leader;
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(leader)) next.add(leader);
      return next;
    });
  }, []);
  const context = useMemo(() => ({ model, marks, toggle }), [model, marks, toggle]);
  const index = useSyncExternalStore(model.onChange, () =>
    selected === undefined ? -1 : (model.indexOf(selected) ?? -1),
  );
  useEffect(() => marks.set({ selected: index }), [marks, index]);
  const select = (node: number) => onSelect(model.nodes[node]?.task_run_id, model.nodes[node]?.flow_run_id);
  return (
    <div ref={setRoot} className="h-full w-full">
      {scene && (
        <MapContext value={context}>
          <ReactFlowProvider>
            <Surface {...{ scene, select, lastToggled, tools }} selected={index} {...context} />
          </ReactFlowProvider>
        </MapContext>
      )}
    </div>
  );
}

interface SurfaceProps extends MapContext {
  scene: Scene;
  selected: number;
  select: (node: number) => void;
  /** The family that was opened or closed last: it keeps its place on the screen. */
  lastToggled: RefObject<number>;
  tools: ReactNode;
}

function Surface({ scene, model, marks, selected, select, toggle, lastToggled, tools }: SurfaceProps) {
  const flow = useReactFlow<MapNode>();
  const viewport = useRef<Viewport>({ x: 0, y: 0, zoom: 1 });
  const [moved] = useState(() => new EventTarget());
  const [visible, setVisible] = useState({ key: "", overview: false, nodes: [] as MapNode[] });
  const { frame, canvas, size, paints, redraw } = useCanvas((context, { width, height }, colors) =>
    drawPicture(context, {
      ...{ scene, model, marks, width, height, paints: colors },
      viewport: viewport.current,
      overview: visible.overview,
    }),
  );
  const view = () => ({ viewport: viewport.current, ...size });
  const go = (next: Viewport | undefined) => void (next && flow.setViewport(next));

  const follow = (next: Viewport) => {
    viewport.current = next;
    const { key, overview, items } = visibleIn(scene, view());
    if (key !== visible.key) setVisible({ key, overview, nodes: items.map(nodeOf) });
    moved.dispatchEvent(new Event("move"));
    redraw();
  };
  const reveal = (node: number, leastReadable?: number) => {
    const item = scene.itemOf(node);
    if (item) go(revealed(view(), item, leastReadable));
  };

  const previous = useRef<Scene | undefined>(undefined);
  const arrange = useEffectEvent((scene: Scene, size: Size) => {
    if (size.width === 0) return;
    const before = previous.current?.itemOf(lastToggled.current);
    const after = scene.itemOf(lastToggled.current);
    const { x, y, zoom } = viewport.current;
    if (!previous.current) go(fitted(scene, size));
    else if (before && after && lastToggled.current >= 0)
      go({ zoom, x: x + (before.x - after.x) * zoom, y: y + (before.y - after.y) * zoom });
    lastToggled.current = -1;
    previous.current = scene;
    const { overview, items, key } = visibleIn(scene, view());
    setVisible({ key, overview, nodes: items.map(nodeOf) });
  });
  useEffect(() => arrange(scene, size), [scene, size]);
  useEffect(() => marks.onChange(redraw), [marks, redraw]);
  useEffect(() => model.onChange(redraw), [model, redraw]);
  const revealSelected = useEffectEvent((node: number) => reveal(node));
  useEffect(() => revealSelected(selected), [selected]);

  const click = (item: Item | undefined) => {
    if (!item) return select(-1);
    if (item.kind === "task") return select(item.node);
    if (visible.overview) return reveal(item.node, 0.9);
    toggle(item.node);
  };
  return (
    <div ref={frame} className="relative h-full w-full overflow-hidden" data-overview={visible.overview}>
      <canvas ref={canvas} className="absolute inset-0" />
      <ReactFlow
        nodes={visible.nodes}
        nodeTypes={nodeTypes}
        onMove={(_, next) => follow(next)}
        onNodeClick={(_, node) => click(scene.itemOf(node.data.index))}
        onPaneClick={({ clientX, clientY }) => {
          const { x, y } = flow.screenToFlowPosition({ x: clientX, y: clientY });
          click(visible.overview ? scene.itemAt(x, y) : undefined);
        }}
        {...still}
        className="[--xy-attribution-background-color:transparent]"
      />
      <AccessibleTree {...{ scene, model, marks, select, toggle }} onMove={(node) => reveal(node)} />
      <Toolbar model={model} marks={marks} onReveal={(node) => reveal(node, 0.8)} tools={tools} />
      <ZoomControls onZoom={(factor) => go(zoomed(view(), factor))} onFit={() => go(fitted(scene, size))} />
      <Minimap
        {...{ scene, model, marks, paints, view, moved }}
        onMove={(x, y) => go(centred(view(), x, y))}
      />
    </div>
  );
}

/** A map to look at and not a diagram to edit. */
const still = {
  minZoom: leastZoom,
  maxZoom: mostZoom,
  nodesDraggable: false,
  nodesConnectable: false,
  nodesFocusable: false,
  elementsSelectable: false,
  disableKeyboardA11y: true,
  zoomOnDoubleClick: false,
  deleteKeyCode: null,
  attributionPosition: "bottom-center",
  "aria-label": "Graph of the run",
} as const;

const made = new WeakMap<Item, MapNode>();

/**
 * With sizes and handles given, React Flow measures nothing; and the same object for the same item lets it leave
 * alone what was in view before.
 */
function nodeOf(item: Item): MapNode {
  const known = made.get(item);
  if (known) return known;
  const { kind, node, x, y, width, height } = item;
  const next: MapNode = {
    id: `${kind}-${node}`,
    type: kind,
    position: { x, y },
    data: { index: node },
    width,
    height,
    measured: { width, height },
    handles: [],
  };
  made.set(item, next);
  return next;
}
