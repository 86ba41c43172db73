import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef, useState } from "react";
import { cx } from "./cx.ts";

interface Props {
  /** Of the divider, for screen readers: what it resizes. */
  label: string;
  /** One above the other, or side by side. */
  direction: "rows" | "columns";
  /** Part of the room that the first has, between 0 and 1. */
  share: number;
  /** The share that a double click brings back. */
  usual: number;
  /** Told when the divider was let go or moved by a key. */
  onShare: (share: number) => void;
  first: ReactNode;
  second: ReactNode;
}

const least = 0.15;
const most = 0.85;
const step = 0.02;
const farStep = 0.1;

/** Two panes with a divider between them, moved by pointer and keyboard as the separator pattern of ARIA has it. */
export function Split({ label, direction, share, usual, onShare, first, second }: Props) {
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<number | undefined>();
  const isRows = direction === "rows";
  const now = bounded(dragged ?? share);
  const tracks = `minmax(0, ${now}fr) 9px minmax(0, ${1 - now}fr)`;
  const shareAt = ({ clientX, clientY }: PointerEvent): number => {
    const box = frame.current?.getBoundingClientRect();
    if (!box || box.width === 0 || box.height === 0) return now;
    return bounded(isRows ? (clientY - box.top) / box.height : (clientX - box.left) / box.width);
  };
  const release = () => {
    if (dragged !== undefined) onShare(dragged);
    setDragged(undefined);
  };
  const onKey = (event: KeyboardEvent) => {
    const next = shareAfter(event, now, isRows);
    if (next === undefined) return;
    event.preventDefault();
    onShare(bounded(next));
  };
  return (
    <div
      ref={frame}
      className="grid min-h-0 min-w-0 flex-1"
      style={
        isRows
          ? { gridTemplateRows: tracks, gridTemplateColumns: "minmax(0, 1fr)" }
          : { gridTemplateColumns: tracks, gridTemplateRows: "minmax(0, 1fr)" }
      }
    >
      <div id={id} className="flex min-h-0 min-w-0 flex-col">
        {first}
      </div>
      <div
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-controls={id}
        aria-orientation={isRows ? "horizontal" : "vertical"}
        aria-valuenow={Math.round(now * 100)}
        aria-valuemin={least * 100}
        aria-valuemax={most * 100}
        className={cx(
          "group relative z-20 touch-none bg-surface outline-offset-[-2px] select-none hover:bg-hover",
          isRows ? "cursor-row-resize border-y" : "cursor-col-resize border-x",
          dragged !== undefined && "bg-active",
        )}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragged(now);
        }}
        onPointerMove={(event) => dragged !== undefined && setDragged(shareAt(event))}
        onPointerUp={release}
        onPointerCancel={release}
        onDoubleClick={() => onShare(usual)}
        onKeyDown={onKey}
      >
        <span
          aria-hidden="true"
          className={cx(
            "absolute top-1/2 left-1/2 -translate-1/2 rounded-full bg-control-line group-hover:bg-fg",
            isRows ? "h-[3px] w-9" : "h-9 w-[3px]",
          )}
        />
      </div>
      <div className="flex min-h-0 min-w-0 flex-col">{second}</div>
    </div>
  );
}

const bounded = (share: number): number => Math.min(most, Math.max(least, share));

function shareAfter({ key, shiftKey }: KeyboardEvent, now: number, isRows: boolean): number | undefined {
  const by = shiftKey ? farStep : step;
  if (key === (isRows ? "ArrowUp" : "ArrowLeft")) return now - by;
  if (key === (isRows ? "ArrowDown" : "ArrowRight")) return now + by;
  if (key === "Home") return least;
  if (key === "End") return most;
  return undefined;
}
