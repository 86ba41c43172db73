import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  type RefObject,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useSettings } from "../../settings.ts";
import type { RunModel } from "../model.ts";
import { MarkStrip } from "./mark-strip.tsx";
import { useMarks } from "./marks.ts";
import { type Row, rowsOfNodes } from "./rows.ts";
import type { Window } from "./scale.ts";
import { TimeAxis } from "./time-axis.tsx";
import { TimelinePlot } from "./timeline-plot.tsx";

export interface Visible {
  index: number;
  start: number;
}

interface Props {
  model: RunModel;
  rows: readonly Row[];
  rowHeight: number;
  whole: Window;
  now: number | undefined;
  isLive: boolean;
  selected: number;
  subflows: ReadonlySet<string>;
  /** Whether every dependency is drawn, and not only those of the selected task. */
  drawsAll: boolean;
  select: (node: number) => void;
  /** A line, or the bar of a subflow, was opened or closed. */
  toggle: (node: number) => void;
  /** The line that the keyboard is on: it is kept in view. */
  cursor?: number;
  onWidth?: (width: number) => void;
  /** Beside the axis, above the names of the lines. */
  corner: ReactNode;
  /** The names of the lines in view; undefined where bars carry their names. */
  labels?: (visible: readonly Visible[], height: number) => ReactNode;
  children?: ReactNode;
}

/** An axis of time, what happened to the run on it, and lines of bars below; zoomed by wheel, brush and double click. */
export function TimeChart(props: Props) {
  const { model, rows, rowHeight, whole, now, selected, corner, labels } = props;
  const { zone } = useSettings();
  const scroller = useRef<HTMLDivElement>(null);
  const [axis, width] = useWidth(props.onWidth);
  const [zoomed, setZoomed] = useState<Window | undefined>();
  const [guide, setGuide] = useState<number | undefined>();
  const inView = zoomed ?? whole;
  const marks = useMarks(model, props.isLive);
  const view = { window: inView, whole, origin: originOf(model, whole), zone, onWindow: setZoomed };
  const rowOf = useMemo(() => rowsOfNodes(rows), [rows]);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
  });
  const visible = lines.getVirtualItems();
  const show = useEffectEvent((line: number | undefined) => {
    if (line !== undefined && line >= 0) lines.scrollToIndex(line);
  });
  useEffect(() => show(rowOf.get(selected)), [selected, rowOf]);
  useEffect(() => show(props.cursor), [props.cursor]);
  const gutter = labels ? "w-[var(--gutter)] shrink-0 border-r" : "w-0";
  return (
    <div className="relative flex h-full min-h-0 flex-col [--gutter:232px] max-lg:[--gutter:184px] max-sm:[--gutter:132px]">
      <div className="flex shrink-0 border-b">
        {labels && <div className={`flex items-center pl-1 ${gutter}`}>{corner}</div>}
        <div className="flex min-w-0 flex-1 flex-col" ref={axis}>
          <div className="flex h-8">
            <TimeAxis {...view} isZoomed={zoomed !== undefined} />
          </div>
          <MarkStrip {...{ marks, width, zone }} window={inView} onGuide={setGuide} />
        </div>
      </div>
      <div ref={scroller} className="relative flex min-h-0 flex-1 overflow-x-hidden overflow-y-auto">
        <div
          className={`relative min-h-full ${gutter}`}
          style={{ height: Math.max(lines.getTotalSize(), 1) }}
        >
          {labels?.(visible, lines.getTotalSize())}
        </div>
        <TimelinePlot
          {...{ model, rows, rowOf, visible, scroller, rowHeight, now, selected, guide }}
          {...view}
          subflows={props.subflows}
          drawsAll={props.drawsAll}
          select={props.select}
          toggle={props.toggle}
        />
      </div>
      {props.children}
    </div>
  );
}

/** What the axis calls 0: when the run began. */
function originOf({ states }: RunModel, whole: Window): number {
  const began = states.find(([type]) => type === "RUNNING")?.[2];
  return began !== undefined && began < whole.to ? began : whole.from;
}

function useWidth(onWidth?: (width: number) => void): [RefObject<HTMLDivElement | null>, number] {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const tell = useEffectEvent((now: number) => onWidth?.(now));
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => {
      setWidth(element.clientWidth);
      tell(element.clientWidth);
    };
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, width];
}
