import { cx } from "../../kit/cx.ts";
import { duration } from "./durations.ts";
import type { TypicalDuration } from "./typical-duration.ts";

interface Props {
  seconds: number | undefined;
  usual: TypicalDuration | undefined;
}

/** How a duration stands against what is usual: a pale band for the usual, a stroke for this one. */
export function DurationBand({ seconds, usual }: Props) {
  if (seconds === undefined || !usual) return null;
  // Twice the upper end stands at the right edge; what is longer stays there.
  const scale = Math.max(usual.high * 2, 0.001);
  const at = (value: number) => `${Math.min(100, (value / scale) * 100)}%`;
  const slow = seconds > usual.high * 1.25;
  return (
    <span
      className="relative block h-3 w-14 shrink-0"
      role="img"
      aria-label={`usually ${duration(usual.low)} to ${duration(usual.high)}`}
      title={`Usually ${duration(usual.low)} to ${duration(usual.high)}, in ${usual.count} runs`}
    >
      <span className="absolute inset-x-0 top-[5.5px] h-px bg-line" />
      <span
        className="absolute top-[3px] h-1.5 rounded-full bg-line-strong"
        style={{ left: at(usual.low), right: `calc(100% - ${at(usual.high)})`, minWidth: 2 }}
      />
      <span
        className={cx("absolute top-0 -ml-px h-3 w-[2px] rounded-full", slow ? "bg-late" : "bg-fg")}
        style={{ left: at(seconds) }}
      />
    </span>
  );
}

/** `2.4×` where a run is far slower than usual. */
export function timesUsual(
  seconds: number | undefined,
  usual: TypicalDuration | undefined,
): string | undefined {
  if (seconds === undefined || !usual || usual.middle <= 0 || seconds <= usual.high * 1.25) return undefined;
  const times = seconds / usual.middle;
  return `${times < 10 ? times.toFixed(1) : Math.round(times).toLocaleString("en")}×`;
}
