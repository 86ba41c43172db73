import { duration } from "../../parts/time/durations.ts";
import type { Shortage, WeekLimit } from "../../schedule-editor/week/model.ts";

const names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** `Mon–Fri`, `Tue, Thu`, `Every day` */
export function dayWords(days: readonly number[]): string {
  if (days.length === 7) return "Every day";
  const [first = 0] = days;
  const last = days.at(-1) ?? first;
  if (days.length > 2 && last - first === days.length - 1) return `${names[first]}–${names[last]}`;
  return days.map((day) => names[day]).join(", ");
}

/** What is short when: `Tue 02:00 needs 14 slots, `; the name of the limit follows. */
export const needWords = ({ days, clock, needs }: Shortage): string =>
  `${dayWords(days)} ${clock} needs ${needs} slots`;

/** `has 10 → ~12m late`; `has 10` alone where durations are unknown. */
export function effectWords({ late, cancelled }: Shortage, { slots, cancels }: WeekLimit): string {
  if (cancels) return `has ${slots} → ${cancelled} ${cancelled === 1 ? "run is" : "runs are"} cancelled`;
  // Runs of unknown duration need a slot for an unknown time.
  if (late < 2) return `has ${slots}`;
  return `has ${slots} → ~${duration(Math.round(late))} late`;
}
