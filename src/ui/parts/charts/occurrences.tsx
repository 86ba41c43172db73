import { cx } from "../../kit/cx.ts";

interface Props {
  /** When it happened, in milliseconds, and how often. */
  times: readonly { time: number; count: number }[];
  window: { from: number; to: number };
  className?: string;
}

const slots = 24;
const width = 144;
const height = 20;

/** When something happened, over a period: in a list, the same column for all rows. */
export function Occurrences({ times, window: { from, to }, className }: Props) {
  const counts = new Map<number, number>();
  for (const { time, count } of times) {
    const slot = Math.floor(((time - from) / (to - from)) * slots);
    const inside = Math.min(slots - 1, Math.max(0, slot));
    counts.set(inside, (counts.get(inside) ?? 0) + count);
  }
  const most = Math.max(1, ...counts.values());
  const step = width / slots;
  return (
    <svg width={width} height={height} className={cx("text-failed", className)} aria-hidden="true">
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} stroke="var(--line-strong)" />
      {[...counts].map(([slot, count]) => {
        const tall = 3 + Math.sqrt(count / most) * (height - 4);
        return (
          <rect
            key={slot}
            x={slot * step}
            y={height - tall}
            width={step - 1.5}
            height={tall}
            fill="currentColor"
          />
        );
      })}
    </svg>
  );
}
