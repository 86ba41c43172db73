import { type KeyboardEvent, type PointerEvent, useState } from "react";

interface TimeRange {
  from: number;
  to: number;
}
/** Where the bars are within the element, in pixels. */
interface Place {
  left: number;
  width: number;
}

/** Follows pointer and arrow keys over bars; a drag, a click on one, or Enter picks from the first to the last. */
export function useBrush(
  buckets: readonly TimeRange[],
  { left, width }: Place,
  onBrush: (from: number, to: number) => void,
) {
  const [hovered, setHovered] = useState<number | null>(null);
  const [anchor, setAnchor] = useState<number | null>(null);
  const [isDragged, setDragged] = useState(false);
  const last = buckets.length - 1;
  const indexAt = ({ clientX, currentTarget }: PointerEvent) => {
    const share = (clientX - currentTarget.getBoundingClientRect().left - left) / width;
    return Math.min(last, Math.max(0, Math.floor(share * buckets.length)));
  };
  const marked =
    hovered === null
      ? null
      : ([Math.min(anchor ?? hovered, hovered), Math.max(anchor ?? hovered, hovered)] as const);
  const pick = () => {
    const [first, end] = [buckets[marked?.[0] ?? -1], buckets[marked?.[1] ?? -1]];
    if (first && end) onBrush(first.from, end.to);
  };
  const leave = () => {
    setHovered(null);
    setAnchor(null);
    setDragged(false);
  };
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      setHovered(indexAt(event));
      setAnchor(indexAt(event));
      setDragged(true);
    },
    onPointerMove: (event: PointerEvent) => {
      setHovered(indexAt(event));
      if (!isDragged) setAnchor(null);
    },
    onPointerUp: () => {
      if (isDragged) pick();
      setAnchor(null);
      setDragged(false);
    },
    onPointerCancel: leave,
    onPointerLeave: leave,
    onBlur: leave,
    onKeyDown: (event: KeyboardEvent) => {
      const at = hovered ?? (event.key === "ArrowRight" ? -1 : last + 1);
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (event.key === "Enter" && marked) pick();
      else if (event.key === "Escape") leave();
      else if (step !== 0) {
        setAnchor(event.shiftKey ? (anchor ?? hovered) : null);
        setHovered(Math.min(last, Math.max(0, at + step)));
      } else return;
      event.preventDefault();
    },
  };
  return { hovered, marked, handlers };
}
