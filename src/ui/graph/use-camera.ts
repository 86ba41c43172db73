import { type RefObject, useEffect, useEffectEvent, useRef } from "react";
import {
  areaOf,
  around,
  centred,
  firstSight,
  fitted,
  revealed,
  type View,
  type Viewport,
  zoomed,
  zoomedTo,
} from "./camera.ts";
import type { Size } from "./layout/blocks.ts";
import { readableZoom } from "./layout/layout.ts";
import { runningFrontier, whatMatters } from "./matter.ts";
import type { RunModel } from "./model.ts";
import type { Item, Scene } from "./scene.ts";

interface Wanted {
  scene: Scene;
  size: Size;
  model: RunModel;
  isLive: boolean;
  isFree: boolean;
  setFree: (isFree: boolean) => void;
  selected: number;
  toggle: (leader: number) => void;
  unfold: (node: number) => void;
  viewport: RefObject<Viewport>;
  set: (viewport: Viewport, options: { duration: number }) => void;
  /** Mounts what is in view now. */
  mount: () => void;
}

/** The scale at which what was looked for is shown. */
const lookZoom = 0.92;
const glide = 220;

/**
 * Where the camera is. Until the person moves it, it shows the whole graph or the part that matters, fits again when the
 * pane or the graph changes, and follows what is running. Then it stays, and only goes where it is sent.
 */
export function useCamera(wanted: Wanted) {
  const { scene, size, model, isLive, isFree, setFree, selected, viewport, set, mount } = wanted;
  const previous = useRef<Scene | undefined>(undefined);
  /** What is to be shown, or kept in its place, once the next layout is there. */
  const pending = useRef<{ node: number; isSought: boolean } | undefined>(undefined);
  const view = () => ({ viewport: viewport.current, ...size });
  const go = (next: Viewport | undefined, isGlide = false) =>
    void (next && set(next, { duration: isGlide && !prefersStillness() ? glide : 0 }));
  const focus = () => {
    const matters = isLive ? runningFrontier(model.nodes) : [];
    return [
      ...(selected < 0 ? [] : [selected]),
      ...(matters.length > 0 ? matters : whatMatters(model.nodes)),
    ];
  };
  const settle = () => go(firstSight(scene, size, focus()));

  const seek = (node: number) => {
    const item = scene.itemOf(node);
    if (!item) return;
    setFree(true);
    if (item.node !== node || item.kind === "family") {
      pending.current = { node, isSought: true };
      if (item.kind === "family") wanted.toggle(item.node);
      else wanted.unfold(item.node);
      return;
    }
    pending.current = undefined;
    const { zoom } = viewport.current;
    const isClose = zoom >= readableZoom;
    go(isClose ? revealed(view(), item) : centredOn(item, view(), lookZoom), true);
  };

  const arrange = useEffectEvent((next: Scene, room: Size, isHeld: boolean) => {
    const before = previous.current;
    previous.current = next;
    const { current } = pending;
    const isNew = before !== next;
    if (isNew && current?.isSought) seek(current.node);
    else if (!isHeld && (!current || fitted(next, room).zoom >= readableZoom)) settle();
    else if (isNew && before) go(heldBy(before, next, { view: view(), node: current?.node }));
    if (isNew && !current?.isSought) pending.current = undefined;
    mount();
  });
  useEffect(() => arrange(scene, size, isFree), [scene, size, isFree]);

  const look = useEffectEvent((node: number) => {
    const item = scene.itemOf(node);
    if (item) go(revealed(view(), item), true);
  });
  useEffect(() => look(selected), [selected]);

  useChase({ ...wanted, go, view });

  const take = (next: Viewport) => {
    setFree(true);
    go(next);
  };
  return {
    /** Goes there because the person says so. */
    take,
    fit: () => take(fitted(scene, size)),
    follow: () => setFree(false),
    /** Opens what holds the node, and goes there. */
    reveal: seek,
    /** Has it in view; does not move where it is already. */
    glance(node: number) {
      const item = scene.itemOf(node);
      setFree(true);
      if (item) go(revealed(view(), item));
    },
    /** What is opened or closed next keeps its place on the screen. */
    hold(node: number) {
      pending.current = { node, isSought: false };
    },
    /** Answers whether the key was one of the camera's. */
    press(key: string): boolean {
      const next = keys[key]?.(view(), scene);
      if (next) take(next);
      return next !== undefined;
    },
  };
}

const keys: Record<string, (view: View, scene: Scene) => Viewport> = {
  "+": (view) => zoomed(view, 1.4),
  "=": (view) => zoomed(view, 1.4),
  "-": (view) => zoomed(view, 1 / 1.4),
  "1": (view) => zoomedTo(view, 1),
  "0": (view, scene) => fitted(scene, view),
};

interface Chasing extends Wanted {
  go: (next: Viewport | undefined, isGlide?: boolean) => void;
  view: () => View;
}

/** While the run is live and the camera is nobody's, it goes to what began last when that is out of view. */
function useChase({ scene, size, model, isLive, isFree, viewport, go, view }: Chasing): void {
  const chase = useEffectEvent(() => {
    if (!isLive || isFree || fitted(scene, size).zoom >= readableZoom) return;
    const running = runningFrontier(model.nodes);
    const item = scene.itemOf(running[0] ?? -1);
    const { zoom } = viewport.current;
    if (item && revealed(view(), item)) go(around(scene, size, { focus: running, zoom }), true);
  });
  useEffect(() => model.onChange(() => chase()), [model]);
}

const centredOn = (item: Item, view: View, zoom: number): Viewport =>
  centred(view, item.x + item.width / 2, item.y + item.height / 2, zoom);

/** Another layout, in which one box stays where it is on the screen: the wanted one, or one in the middle of the view. */
function heldBy(
  before: Scene,
  after: Scene,
  { view, node }: { view: View; node: number | undefined },
): Viewport | undefined {
  const area = areaOf(view);
  const middle = { x: area.x + area.width / 3, y: area.y + area.height / 3 };
  const near = before.within({ ...middle, width: area.width / 3, height: area.height / 3 });
  const held = node ?? near.find(({ kind }) => kind === "task")?.node ?? near[0]?.node;
  const from = boxOf(before, held);
  const to = boxOf(after, held);
  const { x, y, zoom } = view.viewport;
  return from && to && { zoom, x: x + (from.x - to.x) * zoom, y: y + (from.y - to.y) * zoom };
}

/** Of an opened family its frame, because that is what takes the place of its card. */
function boxOf(scene: Scene, node: number | undefined): Item | undefined {
  if (node === undefined) return undefined;
  return scene.items.find((item) => item.kind === "frame" && item.node === node) ?? scene.itemOf(node);
}

const prefersStillness = (): boolean => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
