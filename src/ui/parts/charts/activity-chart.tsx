import { type PointerEvent, useState } from "react";
import { Bar, BarChart, XAxis, YAxis } from "recharts";
import type { HistoryInterval } from "../../../schema/flow-runs.ts";
import type { StateType } from "../../../schema/states.ts";
import { useSettings } from "../../settings.ts";
import { stateOrder, stateStyle } from "../runs/states.ts";
import { axisTime, timeOf, within } from "../time/times.ts";

interface Props {
  history: readonly HistoryInterval[];
  width: number;
  height: number;
  /** A stretch of time was dragged over, or one bar was clicked. */
  onBrush: (from: number, to: number) => void;
}

type Bucket = { from: number; to: number; total: number } & Partial<Record<StateType, number>>;
/** Below the stacked bars, for the hours. */
const foot = 18;

/** How many runs, by state, over time. Dragging picks a time range; bars are drawn by recharts. */
export function ActivityChart({ history, width, height, onBrush }: Props) {
  const { zone } = useSettings();
  const buckets = history.map(bucketOf);
  const { hovered, marked, handlers } = useBrush(buckets, width, onBrush);
  const first = buckets[0];
  const last = buckets.at(-1);
  if (!first || !last) return null;
  const present = stateOrder.filter((type) => buckets.some((bucket) => bucket[type]));
  const step = width / buckets.length;
  const bucket = hovered === null ? undefined : buckets[hovered];
  return (
    <div className="relative cursor-crosshair touch-pan-y select-none" {...handlers}>
      {marked && (
        <div
          className="pointer-events-none absolute top-0 rounded-sm bg-active"
          style={{
            left: marked[0] * step,
            width: (marked[1] - marked[0] + 1) * step,
            height: height - foot,
          }}
        />
      )}
      <BarChart
        width={width}
        height={height}
        data={buckets}
        margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
        barCategoryGap={step > 8 ? 2 : 1}
        accessibilityLayer={false}
      >
        <XAxis
          dataKey="from"
          height={foot}
          tickLine={false}
          axisLine={{ stroke: "var(--line)" }}
          interval={Math.max(0, Math.ceil(buckets.length / Math.max(2, Math.floor(width / 130))) - 1)}
          tickFormatter={(ms: number) => axisTime(ms, zone, last.to - first.from)}
          tick={{ fontSize: 11, fill: "var(--faint)", textAnchor: "start", dx: -step / 2 }}
        />
        <YAxis hide domain={[0, "dataMax"]} />
        {present.map((type) => (
          <Bar key={type} dataKey={type} stackId="runs" fill={fillOf(type)} isAnimationActive={false} />
        ))}
      </BarChart>
      {hovered !== null && bucket && (
        <Legend
          bucket={bucket}
          zone={zone}
          range={last.to - first.from}
          left={(hovered + 0.5) * step}
          width={width}
        />
      )}
    </div>
  );
}

// What went well recedes, so that what did not is seen.
const fillOf = (type: StateType) =>
  type === "COMPLETED"
    ? "color-mix(in oklab, var(--state-completed) 55%, var(--surface))"
    : stateStyle(type).color;

/** Follows the pointer over the bars; a drag, or a click on one, picks from the first to the last. */
function useBrush(buckets: readonly Bucket[], width: number, onBrush: Props["onBrush"]) {
  const [hovered, setHovered] = useState<number | null>(null);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const indexAt = ({ clientX, currentTarget }: PointerEvent) => {
    const share = (clientX - currentTarget.getBoundingClientRect().left) / width;
    return Math.min(buckets.length - 1, Math.max(0, Math.floor(share * buckets.length)));
  };
  const ends = drag ?? (hovered === null ? null : ([hovered, hovered] as const));
  const marked = ends && ([Math.min(...ends), Math.max(...ends)] as const);
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag([indexAt(event), indexAt(event)]);
    },
    onPointerMove: (event: PointerEvent) => {
      const index = indexAt(event);
      setHovered(index);
      if (drag) setDrag([drag[0], index]);
    },
    onPointerUp: () => {
      const [first, last] = [buckets[marked?.[0] ?? -1], buckets[marked?.[1] ?? -1]];
      if (drag && first && last) onBrush(first.from, last.to);
      setDrag(null);
    },
    onPointerCancel: () => setDrag(null),
    onPointerLeave: () => setHovered(null),
  };
  return { hovered, marked, handlers };
}

function Legend({
  bucket,
  zone,
  range,
  left,
  width,
}: {
  bucket: Bucket;
  zone: string;
  /** Of the whole chart, in milliseconds. */
  range: number;
  left: number;
  width: number;
}) {
  const counts = stateOrder.filter((type) => bucket[type]);
  return (
    <div
      className="pop pointer-events-none absolute top-1 z-20 px-2.5 py-1.5 text-xs whitespace-nowrap"
      style={left > width / 2 ? { right: width - left + 14 } : { left: left + 14 }}
    >
      <p className="text-muted">
        {within(bucket.from, zone, range)} – {within(bucket.to, zone, range)}
      </p>
      {counts.map((type) => (
        <p key={type} className="flex items-center gap-1.5">
          <span className="size-2 rounded-sm" style={{ background: stateStyle(type).color }} />
          {stateStyle(type).label}
          <span className="ml-auto pl-4">{bucket[type]}</span>
        </p>
      ))}
      {counts.length === 0 && <p>No runs</p>}
    </div>
  );
}

function bucketOf({ interval_start, interval_end, states }: HistoryInterval): Bucket {
  const bucket: Bucket = { from: timeOf(interval_start), to: timeOf(interval_end), total: 0 };
  for (const { state_type, count_runs } of states) {
    bucket[state_type] = (bucket[state_type] ?? 0) + count_runs;
    bucket.total += count_runs;
  }
  return bucket;
}
