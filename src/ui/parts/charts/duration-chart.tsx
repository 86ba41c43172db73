import { useState } from "react";
import { Scatter, ScatterChart, XAxis, YAxis } from "recharts";
import type { SimpleFlowRun } from "../../../schema/dashboard.ts";
import { useSettings } from "../../settings.ts";
import { stateOrder, stateStyle } from "../runs/states.ts";
import { duration } from "../time/durations.ts";
import { axisTime, timeOf, within } from "../time/times.ts";

interface Props {
  runs: readonly SimpleFlowRun[];
  window: { from: number; to: number };
  width: number;
  height: number;
  onOpen: (id: string) => void;
}

type Dot = { id: string; at: number; seconds: number; label: string };
type Place = { cx?: number; cy?: number };
type Hovered = { dot: Dot; x: number; y: number };
const plain = { tickLine: false, axisLine: false, tick: { fontSize: 11, fill: "var(--faint)" } } as const;

/** Each run as a dot: when it began, how long it took (logarithmic). At most 500, the newest. */
export function DurationChart({ runs, window, width, height, onOpen }: Props) {
  const { zone } = useSettings();
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const { groups, shortest, longest } = grouped(runs);
  return (
    <div className="relative" onPointerLeave={() => setHovered(null)}>
      <ScatterChart
        width={width}
        height={height}
        margin={{ top: 6, right: 6, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <XAxis
          type="number"
          dataKey="at"
          domain={[window.from, window.to]}
          height={18}
          {...plain}
          axisLine={{ stroke: "var(--line)" }}
          ticks={evenly(window, Math.max(2, Math.floor(width / 150)))}
          tickFormatter={(ms: number) => axisTime(ms, zone, window.to - window.from)}
        />
        <YAxis
          type="number"
          dataKey="seconds"
          scale="log"
          domain={[shortest * 0.8, longest * 1.2]}
          ticks={tickList(shortest, longest)}
          tickFormatter={duration}
          width={44}
          {...plain}
        />
        {groups.map(({ type, dots }) => (
          <Scatter
            key={type}
            data={dots}
            isAnimationActive={false}
            shape={dotOf(stateStyle(type).color)}
            onClick={({ payload }: { payload?: Dot }) => payload && onOpen(payload.id)}
            onMouseEnter={({ payload, cx = 0, cy = 0 }: Place & { payload?: Dot }) =>
              payload && setHovered({ dot: payload, x: cx, y: cy })
            }
            onMouseLeave={() => setHovered(null)}
          />
        ))}
      </ScatterChart>
      {hovered && <Label {...hovered} width={width} zone={zone} range={window.to - window.from} />}
    </div>
  );
}

const dotOf = (color: string) =>
  function Mark({ cx = 0, cy = 0 }: Place) {
    return <circle cx={cx} cy={cy} r={3} fill={color} className="cursor-pointer" />;
  };

function Label({ dot, x, y, width, zone, range }: Hovered & { width: number; zone: string; range: number }) {
  return (
    <p
      className="pop pointer-events-none absolute z-20 px-2 py-1 text-xs whitespace-nowrap"
      style={{ left: Math.min(x + 10, width - 190), top: Math.max(0, y - 30) }}
    >
      {dot.label} after {duration(dot.seconds)}, {within(dot.at, zone, range)}
    </p>
  );
}

/** Dots by state, the worst last, so that it lies on top. */
function grouped(runs: readonly SimpleFlowRun[]) {
  // What has not begun took no time.
  const newest = runs.filter((run) => run.duration > 0).slice(0, 500);
  const groups = stateOrder
    .map((type) => ({ type, dots: newest.filter((run) => run.state_type === type).map(placed) }))
    .filter((group) => group.dots.length > 0)
    .toReversed();
  const all = groups.flatMap((group) => group.dots.map((dot) => dot.seconds));
  const longest = Math.max(1, ...all);
  return { groups, longest, shortest: Math.min(longest / 2, ...all) };
}

const placed = ({ id, timestamp, duration: seconds, state_type }: SimpleFlowRun): Dot => ({
  id,
  at: timeOf(timestamp),
  seconds: Math.max(0.01, seconds),
  label: stateStyle(state_type).label,
});

const evenly = ({ from, to }: Props["window"], count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + ((index + 0.5) / count) * (to - from));

const niceSeconds = [0.01, 0.1, 1, 10, 60, 600, 3600, 36_000, 86_400, 864_000];
function tickList(low: number, high: number): number[] {
  const inside = niceSeconds.filter((tick) => tick >= low * 0.8 && tick <= high * 1.2);
  return inside.length >= 2 ? inside : [low, high];
}
