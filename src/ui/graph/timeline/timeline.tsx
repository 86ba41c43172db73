import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Segmented } from "../../kit/controls/segmented.tsx";
import { useSettings } from "../../settings.ts";
import { familiesOf } from "../layout/families.ts";
import { layersOf, linksOf } from "../layout/layers.ts";
import type { RunModel } from "../model.ts";
import { groupedRows, laneRows, type Row } from "./rows.ts";
import type { Window } from "./scale.ts";
import { extentOf } from "./segments.ts";
import { TimeAxis } from "./time-axis.tsx";
import { RowLabel } from "./timeline-labels.tsx";
import { TimelinePlot } from "./timeline-plot.tsx";

interface Props {
  model: RunModel;
  selected: string | undefined;
  onSelect: (taskRunId: string | undefined) => void;
  /** False once the run has ended: then nothing moves. */
  isLive: boolean;
}

const rowHeight = 28;
const modes = [
  { value: "tasks", label: "Tasks" },
  { value: "lanes", label: "Lanes" },
] as const;

/** When each task waited, worked and was tried again; families as the number at work. */
export function Timeline({ model, selected, onSelect, isLive }: Props) {
  const [mode, setMode] = useState<"tasks" | "lanes">("tasks");
  const [opened, setOpened] = useState<ReadonlySet<number>>(() => new Set());
  const version = useSyncExternalStore(model.onChange, () => model.version);
  const input = useSyncExternalStore(model.onChange, () => model.input);
  const now = useMoving(isLive);
  const family = useMemo(() => {
    const links = linksOf(input);
    return familiesOf(input, links, layersOf(links, input.count));
  }, [input]);
  const rows = useMemo(() => {
    model.setFamilies(family);
    return rowsOf({ model, mode, opened, version });
  }, [model, family, mode, opened, version]);
  const toggle = (leader: number) => {
    const next = new Set(opened);
    if (!next.delete(leader)) next.add(leader);
    setOpened(next);
  };
  const index = selected === undefined ? -1 : (model.indexOf(selected) ?? -1);
  const leader = index < 0 ? -1 : model.leaderOf(index);
  useEffect(() => {
    // What was chosen elsewhere must be seen here.
    if (leader >= 0) setOpened((before) => new Set(before).add(leader));
  }, [leader]);
  const select = (node: number) => onSelect(node < 0 ? undefined : model.nodes[node]?.task_run_id);
  const corner = <Segmented label="Lines" value={mode} onChange={setMode} options={modes} />;
  return <Chart {...{ model, rows, now, toggle, opened, select, version, corner }} selected={index} />;
}

interface Shape {
  model: RunModel;
  mode: "tasks" | "lanes";
  opened: ReadonlySet<number>;
  /** Of the model; the rows are of this version. */
  version: number;
}

const rowsOf = ({ model, mode, opened }: Shape): Row[] =>
  mode === "lanes" ? laneRows(model, Date.now()) : groupedRows(model, opened);

/** The present, a few times a second while something is running. */
function useMoving(isLive: boolean): number | undefined {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [isLive]);
  return isLive ? now : undefined;
}

interface ChartProps {
  model: RunModel;
  rows: readonly Row[];
  version: number;
  now: number | undefined;
  selected: number;
  select: (node: number) => void;
  opened: ReadonlySet<number>;
  toggle: (leader: number) => void;
  corner: ReactNode;
}

function Chart({ model, rows, version, now, selected, select, opened, toggle, corner }: ChartProps) {
  const { zone } = useSettings();
  const scroller = useRef<HTMLDivElement>(null);
  const extent = useMemo(() => extentAt(model, version), [model, version]);
  const whole = wholeOf(extent, now);
  const [zoomed, setZoomed] = useState<Window | undefined>();
  const view = { window: zoomed ?? whole, whole, origin: extent.from, zone, onWindow: setZoomed };
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
  });
  const visible = lines.getVirtualItems();
  const chosen = selected < 0 ? -1 : rows.findIndex((row) => row.node === selected && row.kind === "task");
  const show = useEffectEvent((line: number) => lines.scrollToIndex(line));
  useEffect(() => {
    if (chosen >= 0) show(chosen);
  }, [chosen]);
  return (
    <div className="flex h-full min-h-0 flex-col [--gutter:184px] max-sm:[--gutter:120px]">
      <div className="flex h-9 shrink-0 border-b">
        <div className="flex w-[var(--gutter)] shrink-0 items-center border-r pl-1">{corner}</div>
        <TimeAxis {...view} isZoomed={zoomed !== undefined} />
      </div>
      <div ref={scroller} className="relative flex min-h-0 flex-1 overflow-x-hidden overflow-y-auto">
        <div
          role="listbox"
          aria-label="Tasks by start time"
          className="relative min-h-full w-[var(--gutter)] shrink-0 border-r"
          style={{ height: Math.max(lines.getTotalSize(), 1) }}
        >
          {visible.map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <RowLabel
                  key={row.kind === "lane" ? `lane-${index}` : row.node}
                  {...{ row, model, select, toggle }}
                  lane={index}
                  top={start}
                  height={rowHeight}
                  isSelected={row.node >= 0 && row.node === selected}
                  isOpen={opened.has(row.node)}
                />
              )
            );
          })}
        </div>
        <TimelinePlot
          {...{ model, rows, visible, scroller, rowHeight, now, selected, select, toggle }}
          {...view}
        />
      </div>
    </div>
  );
}

interface Extent {
  from: number;
  to: number;
  /** As of this version of the model. */
  version: number;
}

function extentAt(model: RunModel, version: number): Extent {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const node of model.nodes) {
    const extent = extentOf(node);
    from = Math.min(from, extent.from);
    to = Math.max(to, extent.to ?? extent.from);
  }
  return { from, to, version };
}

/** From the first moment to the last, with a little room at either end. */
function wholeOf({ from, to }: Extent, now: number | undefined): Window {
  if (!Number.isFinite(from)) return { from: (now ?? 0) - 1000, to: (now ?? 0) + 1000 };
  const end = Math.max(to, now ?? to, from + 1);
  const margin = (end - from) * 0.02;
  return { from: from - margin, to: end + margin };
}
