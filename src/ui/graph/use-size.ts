import { useEffect, useState } from "react";
import type { Size } from "./layout/blocks.ts";

/** The size of an element, as soon as it has one; it follows the element. */
export function useSize(element: HTMLElement | null): Size | undefined {
  const [size, setSize] = useState<Size>();
  useEffect(() => {
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0 && height > 0) setSize({ width, height });
    };
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** A divider that is dragged must not lay out the graph at every step. */
const settlesAfter = 160;
const fineness = 12;

/** The size that the layout is made for: that of the pane once it rests, and the same one while the camera is held. */
export function usePane(size: Size | undefined, isHeld: boolean): Size | undefined {
  const [pane, setPane] = useState<Size>();
  const width = Math.floor((size?.width ?? 0) / fineness) * fineness;
  const height = Math.floor((size?.height ?? 0) / fineness) * fineness;
  const isFirst = pane === undefined;
  useEffect(() => {
    if (width === 0 || height === 0 || (isHeld && !isFirst)) return;
    const timer = setTimeout(() => setPane({ width, height }), isFirst ? 0 : settlesAfter);
    return () => clearTimeout(timer);
  }, [width, height, isHeld, isFirst]);
  return pane;
}
