import { type PointerEvent, useEffect, useEffectEvent, useRef, useSyncExternalStore } from "react";
import { areaOf, type View } from "../camera.ts";
import type { Marks } from "../marks.ts";
import type { RunModel } from "../model.ts";
import type { Scene } from "../scene.ts";
import type { Paints } from "../tones.ts";
import { drawItems } from "./draw-map.ts";

interface Props {
  scene: Scene;
  model: RunModel;
  marks: Marks;
  paints: Paints | undefined;
  view: () => View;
  moved: EventTarget;
  onMove: (x: number, y: number) => void;
}

const largest = { width: 168, height: 104 };
/** In a low pane the map must not cover what it maps. */
const small = { width: 136, height: 72 };
const lowPane = 400;
/** The picture of all nodes is painted at most this often, whatever happens in the run. */
const repaintEvery = 400;

/** The whole map at a glance, and where the window stands in it. Dragging moves the window. */
export function Minimap({ scene, model, marks, paints, view, moved, onMove }: Props) {
  const picture = useRef<HTMLCanvasElement>(null);
  const window = useRef<HTMLDivElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const { width, height } = scene.layout;
  const most = view().height < lowPane ? small : largest;
  const scale = Math.min(most.width / Math.max(1, width), most.height / Math.max(1, height), 0.12);
  const version = useSyncExternalStore(model.onChange, () => model.version);

  const place = useEffectEvent(() => {
    const area = areaOf(view());
    const seesAll =
      area.x <= 0 && area.y <= 0 && area.x + area.width >= width && area.y + area.height >= height;
    root.current?.classList.toggle("opacity-0", seesAll);
    root.current?.classList.toggle("pointer-events-none", seesAll);
    if (!window.current) return;
    window.current.style.transform = `translate(${area.x * scale}px, ${area.y * scale}px)`;
    window.current.style.width = `${area.width * scale}px`;
    window.current.style.height = `${area.height * scale}px`;
  });
  useEffect(() => {
    const listener = () => place();
    moved.addEventListener("move", listener);
    return () => moved.removeEventListener("move", listener);
  }, [moved]);
  useEffect(() => place());

  const paint = useEffectEvent(() => {
    const context = picture.current?.getContext("2d");
    if (!context || !paints) return;
    const ratio = 2;
    context.setTransform(scale * ratio, 0, 0, scale * ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    drawItems(context, { model, marks, paints, viewport: { x: 0, y: 0, zoom: scale } }, scene.items);
  });
  const last = useRef(0);
  useEffect(() => {
    const wait = version === 0 ? 0 : Math.max(0, last.current + repaintEvery - performance.now());
    const timer = setTimeout(() => {
      last.current = performance.now();
      if (scene && paints) paint();
    }, wait);
    return () => clearTimeout(timer);
  }, [scene, paints, version]);

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    onMove((event.clientX - box.left - padding) / scale, (event.clientY - box.top - padding) / scale);
  };
  return (
    <div
      ref={root}
      aria-hidden="true"
      onPointerDown={drag}
      onPointerMove={drag}
      className="absolute right-3 bottom-3 z-10 overflow-hidden rounded-md border bg-surface p-1.5 transition-opacity duration-150 max-sm:hidden"
    >
      <canvas
        ref={picture}
        width={Math.max(1, Math.ceil(width * scale * 2))}
        height={Math.max(1, Math.ceil(height * scale * 2))}
        style={{ width: width * scale, height: height * scale }}
      />
      <div
        ref={window}
        className="absolute top-1.5 left-1.5 rounded-sm bg-accent/10 outline outline-accent"
      />
    </div>
  );
}
const padding = 6;
