import { ReactFlow, useReactFlow } from "@xyflow/react";
import { type MouseEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { AccessibleTree } from "./accessible-tree.tsx";
import {
  areaOf,
  centred,
  leastZoom,
  mostZoom,
  type View,
  type Viewport,
  visibleIn,
  zoomed,
  zoomedTo,
} from "./camera.ts";
import { edgeAt } from "./canvas/draw-edges.ts";
import { EdgeTip } from "./canvas/edge-tip.tsx";
import { Minimap } from "./canvas/minimap.tsx";
import { drawPicture } from "./canvas/snapshot.ts";
import { cardTypes } from "./cards/card-types.ts";
import type { CardNode, GraphContext } from "./cards/context.ts";
import type { Size } from "./layout/blocks.ts";
import { detailZoom } from "./legibility.ts";
import { SaveMenu } from "./save/save-menu.tsx";
import { pictureOf, wholeOf } from "./save/svg.ts";
import type { Item, Scene } from "./scene.ts";
import { Toolbar } from "./toolbar.tsx";
import { useCamera } from "./use-camera.ts";
import { useCanvas } from "./use-canvas.ts";
import { ZoomControls } from "./zoom-controls.tsx";

interface Props extends GraphContext {
  scene: Scene;
  size: Size;
  selected: number;
  select: (node: number) => void;
  tools: ReactNode;
  isLive: boolean;
  isFree: boolean;
  setFree: (isFree: boolean) => void;
}

interface Visible {
  key: string;
  scene: Scene;
  overview: boolean;
  nodes: CardNode[];
}

/** Cards while there are few, one picture when there are many, and the camera over both. */
export function Surface(props: Props) {
  const { scene, size, model, marks, selected, select, toggle, unfold, tools, isLive, isFree, setFree } =
    props;
  const flow = useReactFlow<CardNode>();
  const [moved] = useState(() => new EventTarget());
  const [visible, setVisible] = useState<Visible>({ key: "", scene, overview: false, nodes: [] });
  const viewport = useRef<Viewport>({ x: 0, y: 0, zoom: 1 });
  const { frame, canvas, paints, redraw } = useCanvas((context, { width, height }, colors) =>
    drawPicture(context, {
      ...{ scene, model, marks, width, height, paints: colors },
      viewport: viewport.current,
      overview: visible.overview,
    }),
  );
  const view = () => ({ viewport: viewport.current, ...size });
  const show = (next: Viewport) => {
    viewport.current = next;
    const { key, overview, items } = visibleIn(scene, view());
    if (key !== visible.key || visible.scene !== scene)
      setVisible({ key, scene, overview, nodes: items.map(nodeOf) });
    frame.current?.style.setProperty("--zoom", next.zoom.toFixed(2));
    if (frame.current) frame.current.dataset.detail = next.zoom < detailZoom ? "name" : "full";
    moved.dispatchEvent(new Event("move"));
    redraw();
  };
  const camera = useCamera({
    ...{ scene, size, model, isLive, isFree, setFree, selected, toggle, unfold, viewport },
    mount: () => show(viewport.current),
    set: (next, options) => void flow.setViewport(next, options),
  });
  useEffect(() => marks.onChange(redraw), [marks, redraw]);
  useEffect(() => model.onChange(redraw), [model, redraw]);
  const click = (item: Item | undefined) => {
    if (!item) return select(-1);
    if (item.kind === "task" || item.kind === "container") return select(item.node);
    if (visible.overview) return camera.reveal(item.node);
    camera.hold(item.node);
    toggle(item.node);
  };
  return (
    <div ref={frame} className={ground} data-overview={visible.overview}>
      <canvas ref={canvas} className="absolute inset-0" />
      <CardLayer
        {...{ scene, size, model, marks, view, visible, click }}
        onMove={show}
        onTake={() => setFree(true)}
      />
      <AccessibleTree
        {...{ scene, model, marks, select, toggle, unfold }}
        onMove={camera.glance}
        onKey={camera.press}
      />
      <Toolbar
        {...{ model, marks, tools }}
        onReveal={camera.reveal}
        follow={isLive ? camera.follow : undefined}
        isFollowing={!isFree}
      />
      <ZoomControls
        {...{ view, moved }}
        onZoom={(factor) => camera.take(zoomed(view(), factor))}
        onLife={() => camera.take(zoomedTo(view(), 1))}
        onFit={camera.fit}
      >
        <SaveMenu
          flowRunId={model.flowRunId}
          parts={{
            "Whole graph": pictureOf({ scene, model, area: () => wholeOf(scene) }),
            "Part in view": pictureOf({ scene, model, area: () => areaOf(view()) }),
          }}
        />
      </ZoomControls>
      <Minimap
        {...{ scene, model, marks, paints, view, moved }}
        onMove={(x, y) => camera.take(centred(view(), x, y))}
      />
    </div>
  );
}

/** A quiet grid of dots. */
const ground =
  "absolute inset-0 overflow-hidden bg-bg bg-[radial-gradient(var(--line)_1px,transparent_1px)] bg-size-[20px_20px]";

interface CardLayerProps extends Pick<Props, "scene" | "size" | "model" | "marks"> {
  visible: Visible;
  view: () => View;
  click: (item: Item | undefined) => void;
  onMove: (viewport: Viewport) => void;
  /** The person moves the camera. */
  onTake: () => void;
}

/** The cards in view, and what the pointer does to them and to the edges between them. */
function CardLayer({ scene, size, model, marks, view, visible, click, onMove, onTake }: CardLayerProps) {
  const flow = useReactFlow<CardNode>();
  const [tip, setTip] = useState<{ edge: number; x: number; y: number }>();
  const placeOf = ({ clientX, clientY }: { clientX: number; clientY: number }) =>
    flow.screenToFlowPosition({ x: clientX, y: clientY });
  const point = (event: MouseEvent) => {
    const { viewport } = view();
    const place = placeOf(event);
    const edge = edgeAt(scene, place, viewport.zoom);
    if (edge !== marks.state.edge) marks.set({ edge });
    const at = { x: place.x * viewport.zoom + viewport.x, y: place.y * viewport.zoom + viewport.y };
    setTip(edge < 0 ? undefined : { edge, ...at });
  };
  const leave = () => {
    setTip(undefined);
    marks.set({ edge: -1 });
  };
  return (
    <>
      <ReactFlow
        nodes={visible.nodes}
        nodeTypes={cardTypes}
        onMove={(_, next) => onMove(next)}
        onMoveStart={(event) => event && onTake()}
        onNodeClick={(_, node) => click(scene.itemOfBox(boxOf(node)))}
        onNodeMouseEnter={(_, node) => marks.set({ hovered: boxOf(node), edge: -1 })}
        onNodeMouseLeave={() => marks.set({ hovered: -1 })}
        onPaneMouseMove={point}
        onPaneMouseLeave={leave}
        onPaneClick={(event) => {
          const { x, y } = placeOf(event);
          click(visible.overview ? scene.itemAt(x, y) : undefined);
        }}
        {...still}
        className="[--xy-attribution-background-color:transparent]"
      />
      {tip && <EdgeTip key={tip.edge} {...{ scene, model, ...tip }} pane={size} />}
    </>
  );
}

/** To look at and not to edit. */
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

const made = new WeakMap<Item, CardNode>();
const boxOf = (node: CardNode): number => Number(node.id);

/**
 * With sizes and handles given, React Flow measures nothing; and the same object for the same item lets it leave
 * alone what was in view before.
 */
function nodeOf(item: Item): CardNode {
  const known = made.get(item);
  if (known) return known;
  const { kind, node, box, x, y, width, height } = item;
  const next: CardNode = {
    id: String(box),
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
