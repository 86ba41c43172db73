import { type RefObject, useMemo, useState } from "react";
import type { RunModel } from "../model.ts";
import { useCanvas } from "../use-canvas.ts";
import { placeIn, useListeners } from "../use-listeners.ts";
import { foldWidth, laneLabelWidth } from "./draw-lanes.ts";
import { drawChart } from "./draw-timeline.ts";
import type { Row } from "./rows.ts";
import { movedBy, ticksOf, type Window, xOf, zoomedTo } from "./scale.ts";
import { workOf } from "./segments.ts";
import { allTies, tiesOf } from "./ties.ts";
import { TimelineTip } from "./timeline-labels.tsx";

interface Props {
  model: RunModel;
  rows: readonly Row[];
  rowOf: ReadonlyMap<number, number>;
  visible: readonly { index: number; start: number }[];
  scroller: RefObject<HTMLDivElement | null>;
  rowHeight: number;
  window: Window;
  whole: Window;
  origin: number;
  now: number | undefined;
  zone: string;
  selected: number;
  guide: number | undefined;
  subflows: ReadonlySet<string>;
  /** Every dependency, and not only those of the selected task. */
  drawsAll: boolean;
  select: (node: number) => void;
  toggle: (node: number) => void;
  onWindow: (window: Window | undefined) => void;
}

/** The bars. The wheel zooms where there is nothing to scroll, else with Ctrl; sideways it moves through time. */
export function TimelinePlot(props: Props) {
  const { model, rows, rowOf, visible, scroller, rowHeight, window, now, selected, zone } = props;
  const ties = useTies(props);
  const [hovered, setHovered] = useState<{ node: number; x: number; y: number } | undefined>();
  const { frame, canvas, size } = useCanvas((context, { width, height }, paints) => {
    const scrolled = scroller.current?.scrollTop ?? 0;
    drawChart(context, {
      ...{ model, paints, window, width, height, now, rowHeight, selected, ties },
      ...{ subflows: props.subflows, guide: props.guide },
      hovered: hovered?.node ?? -1,
      yOf: (node) => {
        const row = rowOf.get(node);
        return row === undefined ? undefined : (row + 0.5) * rowHeight - scrolled;
      },
      ticks: ticksOf(window, width, props.origin),
      lines: visible.flatMap(({ index, start }) => {
        const row = rows[index];
        return row ? [{ row, top: start - scrolled }] : [];
      }),
    });
  });
  const barAt = ({ x, y }: { x: number; y: number }) => {
    const row = rows[Math.floor((y + (scroller.current?.scrollTop ?? 0)) / rowHeight)];
    if (row?.kind !== "lane") return { row, node: row?.kind === "task" ? row.node : -1 };
    const node = row.bars.findLast((bar) => isAt(model, bar, { x, window, width: size.width, now }));
    return { row, node: node ?? -1 };
  };
  useListeners(frame, {
    wheel: (event) => turn(event, props, placeIn(frame.current, event)),
    pointermove: (event) => {
      const { x, y } = placeIn(frame.current, event);
      const { node } = barAt({ x, y });
      setHovered(node < 0 ? undefined : { node, x, y });
    },
    pointerleave: () => setHovered(undefined),
    click: (event) => {
      const place = placeIn(frame.current, event);
      const { row, node } = barAt(place);
      if (row?.kind === "family") props.toggle(row.node);
      else if (
        node >= 0 &&
        row?.kind === "lane" &&
        isOnFold(model, node, { ...place, window, width: size.width })
      )
        props.toggle(node);
      else props.select(node);
    },
  });
  return (
    <div ref={frame} className="sticky top-0 h-full min-w-0 flex-1 touch-pan-y overflow-hidden">
      <canvas ref={canvas} className="absolute inset-0" />
      {hovered && <TimelineTip model={model} {...hovered} size={size} now={now} zone={zone} />}
    </div>
  );
}

/** Those of the selected task are drawn anew over the others. */
function useTies({ model, rowOf, selected, drawsAll }: Props) {
  const input = model.input;
  const all = useMemo(
    () => (drawsAll && input ? allTies(model, rowOf) : []),
    [model, input, rowOf, drawsAll],
  );
  return useMemo(() => [...all, ...tiesOf(model, selected, rowOf)], [model, all, selected, rowOf]);
}

function turn(event: WheelEvent, props: Props, { x, width }: { x: number; width: number }): void {
  const { window, whole, onWindow, scroller } = props;
  const length = window.to - window.from;
  const scrolls = (scroller.current?.scrollHeight ?? 0) > (scroller.current?.clientHeight ?? 0);
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!isSideways && scrolls && !event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  const next = isSideways
    ? movedBy(window, ((event.deltaX || event.deltaY) / width) * length, whole)
    : zoomedTo(window, {
        at: window.from + (x / width) * length,
        factor: Math.exp(event.deltaY * 0.002),
        whole,
      });
  onWindow(next.to - next.from >= (whole.to - whole.from) * 0.999 ? undefined : next);
}

interface Point {
  x: number;
  window: Window;
  width: number;
  now?: number | undefined;
}

function isOnFold(model: RunModel, bar: number, { x, window, width }: Point): boolean {
  const node = model.nodes[bar];
  if (node?.kind !== "flow-run") return false;
  const left = Math.max(0, xOf({ window, width }, workOf(node, model.nodes).from));
  return x >= left && x <= left + foldWidth;
}

/** On the bar, or on the name that begins on it. */
function isAt(model: RunModel, bar: number, { x, window, width, now }: Point): boolean {
  const node = model.nodes[bar];
  if (!node) return false;
  const { from, to } = workOf(node, model.nodes);
  const left = xOf({ window, width }, from);
  const right = Math.max(xOf({ window, width }, to ?? now ?? window.to), left + laneLabelWidth(node) - 12);
  return x >= left - 3 && x <= right + 3;
}
