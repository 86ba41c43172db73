import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { Skeleton } from "./skeleton.tsx";

interface Props {
  /** What the chart says, for those who cannot see it. */
  label: string;
  height: number;
  isPending?: boolean;
  /** Gets the width in pixels; not called before it is known. */
  children: (width: number) => ReactNode;
}

/** Room of a fixed height for a chart, so that nothing moves when it arrives. */
export function ChartFrame({ label, height, isPending, children }: Props) {
  const frame = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    setWidth(element.clientWidth);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <figure ref={frame} aria-label={label} className="relative w-full overflow-hidden" style={{ height }}>
      {isPending ? <Skeleton className="h-full w-full opacity-40" /> : width > 0 && children(width)}
    </figure>
  );
}
