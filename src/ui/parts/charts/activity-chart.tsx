import type { HistoryInterval } from "../../../schema/flow-runs.ts";
import type { StateType } from "../../../schema/states.ts";
import { useSettings } from "../../settings.ts";
import { calmCompleted, stateOrder, stateStyle } from "../runs/states.ts";
import { axisMarks } from "../time/axis-marks.ts";
import { dated, timeOf } from "../time/times.ts";
import { countMarks, rootShare } from "./root-scale.ts";
import { useBrush } from "./use-brush.ts";

interface Props {
  history: readonly HistoryInterval[];
  width: number;
  height: number;
  /** A stretch of time was dragged over, or one bar was clicked. */
  onBrush: (from: number, to: number) => void;
}

export interface Bucket {
  from: number;
  to: number;
  total: number;
  counts: Partial<Record<StateType, number>>;
}

/** Below the bars, for the times; left of them, for the counts. */
const foot = 18;
const gutter = 34;
/** Half the width of a usual label of the time axis. */
const labelHalf = 20;
const top = 6;
/** However few failed among many, that they did is seen. */
const leastFailure = 2.5;

/**
 * How many runs, by state, over time; heights are square roots, so that one burst does not flatten the rest. Dragging,
 * or Shift and the arrow keys, picks a stretch of time.
 */
export function ActivityChart({ history, width, height, onBrush }: Props) {
  const { zone } = useSettings();
  const buckets = history.map(bucketOf);
  const plot = { width: Math.max(1, width - gutter), height: height - foot - top };
  const { hovered, marked, handlers } = useBrush(buckets, { left: gutter, width: plot.width }, onBrush);
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (!first || !last) return null;
  const most = Math.max(1, ...buckets.map((bucket) => bucket.total));
  const step = plot.width / buckets.length;
  const bucket = hovered === null ? undefined : buckets[hovered];
  const xOf = (ms: number) => gutter + ((ms - first.from) / (last.to - first.from)) * plot.width;
  return (
    <div
      role="group"
      aria-label="Arrow keys go from bar to bar, with Shift over several; Enter opens their runs."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
      tabIndex={0}
      className="relative cursor-crosshair touch-pan-y outline-offset-[-2px] select-none"
      {...handlers}
    >
      <svg width={width} height={height} aria-hidden="true" className="block">
        {marked && (
          <rect
            x={gutter + marked[0] * step}
            y={top}
            width={(marked[1] - marked[0] + 1) * step}
            height={plot.height}
            className="fill-active"
          />
        )}
        <Grid most={most} width={width} height={plot.height} />
        {buckets.map((one, at) => (
          <Bar
            key={one.from}
            bucket={one}
            x={gutter + at * step}
            step={step}
            most={most}
            height={plot.height}
          />
        ))}
        {axisMarks({ from: first.from, to: last.to, zone, most: Math.floor(plot.width / 92) }).map(
          ({ at, label }) => (
            <text
              key={at}
              x={Math.min(xOf(at), width)}
              y={height - 4}
              className="fill-faint text-[11px]"
              textAnchor={xOf(at) > width - labelHalf ? "end" : "middle"}
            >
              {label}
            </text>
          ),
        )}
      </svg>
      {hovered !== null && bucket && (
        <Label bucket={bucket} zone={zone} left={gutter + (hovered + 0.5) * step} width={width} />
      )}
    </div>
  );
}

/** `2K`: the gutter is narrow. */
const compact = new Intl.NumberFormat("en", { notation: "compact" });

function Grid({ most, width, height }: { most: number; width: number; height: number }) {
  const lineOf = (share: number) => top + height - share * height + 0.5;
  return (
    <>
      {countMarks(most, height).map((count) => (
        <g key={count}>
          <line
            x1={gutter}
            x2={width}
            y1={lineOf(rootShare(count, most))}
            y2={lineOf(rootShare(count, most))}
            className="stroke-line"
          />
          <text
            x={gutter - 6}
            y={lineOf(rootShare(count, most)) + 3.5}
            textAnchor="end"
            className="fill-faint text-[11px]"
          >
            {compact.format(count)}
          </text>
        </g>
      ))}
      <line x1={gutter} x2={width} y1={lineOf(0)} y2={lineOf(0)} className="stroke-line-strong" />
    </>
  );
}

/** What went well at the bottom, what did not on top of it. */
const bottomUp = stateOrder.toReversed();

function Bar({
  bucket,
  x,
  step,
  most,
  height,
}: {
  bucket: Bucket;
  x: number;
  step: number;
  most: number;
  height: number;
}) {
  const whole = rootShare(bucket.total, most) * height;
  const present = bottomUp.filter((type) => bucket.counts[type]);
  let y = top + height;
  return present.map((type) => {
    const own = (whole * (bucket.counts[type] ?? 0)) / bucket.total;
    const isBad = type === "FAILED" || type === "CRASHED";
    const tall = isBad ? Math.max(leastFailure, own) : own;
    y -= tall;
    return (
      <rect
        key={type}
        x={x + Math.min(1, step * 0.1)}
        y={Math.max(0, y)}
        width={Math.max(0.75, step - Math.min(2, step * 0.25))}
        height={tall}
        fill={fillOf(type)}
      />
    );
  });
}

const fillOf = (type: StateType) => (type === "COMPLETED" ? calmCompleted : stateStyle(type).color);

function Label({ bucket, zone, left, width }: { bucket: Bucket; zone: string; left: number; width: number }) {
  const present = stateOrder.filter((type) => bucket.counts[type]);
  return (
    <div
      role="status"
      className="pop pointer-events-none absolute top-1 z-20 px-2.5 py-1.5 text-xs whitespace-nowrap"
      style={left > width / 2 ? { right: width - left + 14 } : { left: left + 14 }}
    >
      <p className="text-muted">
        {dated(bucket.from, zone)} – {dated(bucket.to, zone)}
      </p>
      {present.map((type) => (
        <p key={type} className="flex items-center gap-1.5">
          <span className="size-2 rounded-sm" style={{ background: stateStyle(type).color }} />
          {stateStyle(type).label}
          <span className="ml-auto pl-4">{bucket.counts[type]?.toLocaleString("en")}</span>
        </p>
      ))}
      {present.length === 0 && <p>No runs</p>}
    </div>
  );
}

function bucketOf({ interval_start, interval_end, states }: HistoryInterval): Bucket {
  const counts: Bucket["counts"] = {};
  let total = 0;
  for (const { state_type, count_runs } of states) {
    counts[state_type] = (counts[state_type] ?? 0) + count_runs;
    total += count_runs;
  }
  return { from: timeOf(interval_start), to: timeOf(interval_end), total, counts };
}
