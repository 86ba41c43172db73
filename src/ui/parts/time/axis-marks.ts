import { clockTime, dayName, withZone } from "./times.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute],
  ...[hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day, 30 * day],
];

interface Axis {
  from: number;
  to: number;
  /** As in the settings. */
  zone: string;
  /** Marks that there is room for. */
  most: number;
}

export interface AxisMark {
  at: number;
  label: string;
}

/** Round times of the zone for an axis; the first of each day is dated. Those that would be cut at an end are left out. */
export function axisMarks({ from, to, zone, most }: Axis): AxisMark[] {
  const span = to - from;
  const step = steps.find((one) => span / one <= Math.max(1, most)) ?? span;
  const ahead = aheadOfUtc(from, zone);
  const margin = span * 0.03;
  const marks: AxisMark[] = [];
  let dated = "";
  for (let local = Math.ceil((from + ahead) / step) * step; local - ahead < to - margin; local += step) {
    const at = local - ahead;
    if (at < from + margin) continue;
    const date = dayName(at, zone);
    const clock = clockTime(at, zone);
    marks.push({ at, label: step >= day ? date : date === dated ? clock : `${date} ${clock}` });
    dated = date;
  }
  return marks;
}

/** How far the clock of the zone is ahead, in milliseconds, to the minute. */
const aheadOfUtc = (ms: number, zone: string): number => {
  const whole = Math.floor(ms / minute) * minute;
  return Date.parse(`${withZone(whole, zone).slice(0, 16)}Z`) - whole;
};
