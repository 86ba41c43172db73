import type { ReactNode } from "react";
import { useSettings } from "../../settings.ts";
import { axisMarks } from "../time/axis-marks.ts";
import { dated } from "../time/times.ts";
import { countMarks, rootShare } from "./root-scale.ts";
import { useBrush } from "./use-brush.ts";

/** A part of a bar, such as the runs of one state. */
export interface BarPart {
  key: string;
  label: string;
  /** Of its sign in the label. */
  color: string;
  /** Of its area, where that is not the same. */
  fill?: string;
  count: number;
  /** Seen however few there are among many. */
  isBad?: boolean;
}
/** What happened in one stretch of time, the worst first. */
export interface TimeBar {
  from: number;
  to: number;
  parts: readonly BarPart[];
}

interface Props {
  bars: readonly TimeBar[];
  /** What is counted: `runs`. */
  what: string;
  width: number;
  height: number;
  /** A stretch of time was dragged over, or one bar was clicked. */
  onBrush: (from: number, to: number) => void;
}

/** Below the bars, for the times; left of them, for the counts. */
const foot = 18;
const gutter = 34;
/** Half the width of a usual label of the time axis. */
const labelHalf = 20;
const top = 6;
/** However few failed among many, that they did is seen. */
const leastBad = 2.5;

const totalOf = ({ parts }: TimeBar): number => parts.reduce((sum, { count }) => sum + count, 0);

/**
 * Counts over time; heights are square roots, so that one burst does not flatten the rest. Dragging, or Shift and the
 * arrow keys, picks a stretch of time.
 */
export function TimeBars({ bars, what, width, height, onBrush }: Props) {
  const { zone } = useSettings();
  const plot = { width: Math.max(1, width - gutter), height: height - foot - top };
  const { hovered, marked, handlers } = useBrush(bars, { left: gutter, width: plot.width }, onBrush);
  const [first, last] = [bars[0], bars.at(-1)];
  if (!first || !last) return null;
  const most = Math.max(1, ...bars.map(totalOf));
  const step = plot.width / bars.length;
  const bar = hovered === null ? undefined : bars[hovered];
  const xOf = (ms: number) => gutter + ((ms - first.from) / (last.to - first.from)) * plot.width;
  return (
    <div
      role="group"
      aria-label={`Arrow keys go from bar to bar, with Shift over several; Enter opens their ${what}.`}
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
        {bars.map((one, at) => (
          <Bar key={one.from} bar={one} x={gutter + at * step} step={step} most={most} height={plot.height} />
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
      {hovered !== null && bar && (
        <Label bar={bar} zone={zone} left={gutter + (hovered + 0.5) * step} width={width}>
          {bar.parts.length === 0 && <p>No {what}</p>}
        </Label>
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

interface BarProps {
  bar: TimeBar;
  x: number;
  step: number;
  most: number;
  height: number;
}

/** What went well at the bottom, what did not on top of it. */
function Bar({ bar, x, step, most, height }: BarProps) {
  const total = totalOf(bar);
  const whole = rootShare(total, most) * height;
  let y = top + height;
  return bar.parts.toReversed().map(({ key, color, fill = color, count, isBad }) => {
    const own = (whole * count) / total;
    const tall = isBad ? Math.max(leastBad, own) : own;
    y -= tall;
    return (
      <rect
        key={key}
        x={x + Math.min(1, step * 0.1)}
        y={Math.max(0, y)}
        width={Math.max(0.75, step - Math.min(2, step * 0.25))}
        height={tall}
        fill={fill}
      />
    );
  });
}

interface LabelProps {
  bar: TimeBar;
  zone: string;
  left: number;
  width: number;
  /** Instead of the parts, where there are none. */
  children: ReactNode;
}

function Label({ bar, zone, left, width, children }: LabelProps) {
  return (
    <div
      role="status"
      className="pop pointer-events-none absolute top-1 z-20 px-2.5 py-1.5 text-xs whitespace-nowrap"
      style={left > width / 2 ? { right: width - left + 14 } : { left: left + 14 }}
    >
      <p className="text-muted">
        {dated(bar.from, zone)} – {dated(bar.to, zone)}
      </p>
      {bar.parts.map(({ key, label, color, count }) => (
        <p key={key} className="flex items-center gap-1.5">
          <span className="size-2 rounded-sm" style={{ background: color }} />
          {label}
          <span className="ml-auto pl-4">{count.toLocaleString("en")}</span>
        </p>
      ))}
      {children}
    </div>
  );
}
