import { useRef, useState } from "react";
import { duration } from "../../parts/time/durations.ts";
import { absolute } from "../../parts/time/times.ts";
import { placeIn, useListeners } from "../use-listeners.ts";
import { ticksOf, type Window } from "./scale.ts";

interface Props {
  window: Window;
  whole: Window;
  /** The moment that is called 0. */
  origin: number;
  zone: string;
  isZoomed: boolean;
  onWindow: (window: Window | undefined) => void;
}

interface Brush {
  from: number;
  to: number;
}

/** Time since the run began. Dragging over it chooses what to look at; a double click shows all again. */
export function TimeAxis({ window, origin, zone, isZoomed, onWindow }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const [brush, setBrush] = useState<Brush | undefined>();
  const share = (event: MouseEvent) => {
    const { x, width } = placeIn(root.current, event);
    return Math.min(1, Math.max(0, x / width));
  };
  const timeOf = (part: number) => window.from + part * (window.to - window.from);
  useListeners(root, {
    pointerdown: (event) => {
      root.current?.setPointerCapture(event.pointerId);
      setBrush({ from: share(event), to: share(event) });
    },
    pointermove: (event) => brush && setBrush({ ...brush, to: share(event) }),
    pointerup: () => {
      setBrush(undefined);
      if (!brush || Math.abs(brush.to - brush.from) < 0.01) return;
      const [from, to] = [Math.min(brush.from, brush.to), Math.max(brush.from, brush.to)];
      onWindow({ from: timeOf(from), to: timeOf(to) });
    },
    dblclick: () => onWindow(undefined),
  });
  // A label at the very end would be cut.
  const lastLabel = timeOf(0.93);
  const left = (time: number) => `${((time - window.from) / (window.to - window.from)) * 100}%`;
  return (
    <div className="relative min-w-0 flex-1">
      <div
        ref={root}
        className="absolute inset-0 cursor-col-resize touch-none overflow-hidden select-none"
        title={`From ${absolute(window.from, zone)}. Drag to zoom in, double click to see all.`}
      >
        {ticksOf(window, root.current?.clientWidth ?? 600, origin).map((tick) => (
          <span
            key={tick}
            className="absolute top-0 flex h-full items-center border-l pl-1.5 text-xs text-faint"
            style={{ left: left(tick) }}
          >
            {tick > lastLabel ? "" : tick === origin ? "0" : `+${duration((tick - origin) / 1000)}`}
          </span>
        ))}
        {brush && <BrushMark {...brush} />}
      </div>
      {isZoomed && (
        <button
          type="button"
          className="absolute top-1 right-1 h-5 rounded-sm border bg-surface px-1.5 text-xs text-muted hover:text-fg"
          onClick={() => onWindow(undefined)}
        >
          Show all
        </button>
      )}
    </div>
  );
}

function BrushMark({ from, to }: Brush) {
  const style = { left: `${Math.min(from, to) * 100}%`, width: `${Math.abs(to - from) * 100}%` };
  return <span className="absolute inset-y-0 bg-accent/20 outline outline-accent" style={style} />;
}
