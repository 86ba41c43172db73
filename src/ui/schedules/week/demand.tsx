import { zoneOffset } from "../../../rules/schedules.ts";
import type { WeekDay } from "../../schedule-editor/week/model.ts";
import { demandMinutes } from "../../schedule-editor/week/week.ts";

interface Props {
  day: WeekDay;
  zone: string;
  slots: number;
  most: number;
  top: number;
}

export const demandHeight = 30;

/** Slots that the runs of a day want at once, and the slots that there are as a line. */
export function Demand({ day: { demand, start }, zone, slots, most, top }: Props) {
  const top0 = Math.max(most, slots, 1);
  const y = (value: number) => demandHeight - (value / top0) * (demandHeight - 4);
  const local = (cell: number) => {
    const at = start + cell * demandMinutes * 60_000;
    return (at + zoneOffset(zone, at) - start - zoneOffset(zone, start)) / 60_000;
  };
  const boxes = (from: number, isOver: boolean) =>
    demand
      .map((value, cell) => ({ value, cell }))
      .filter(({ value }) => (isOver ? value > slots : value > 0))
      .map(
        ({ value, cell }) =>
          `M${local(cell)} ${y(from)}V${y(isOver ? value : Math.min(value, slots))}h${demandMinutes}V${y(from)}Z`,
      )
      .join("");
  const highest = Math.max(0, ...demand);
  return (
    <svg
      role="img"
      aria-label={`At most ${highest} slots wanted at once, ${slots} available`}
      viewBox={`0 0 1440 ${demandHeight}`}
      preserveAspectRatio="none"
      className="absolute inset-x-0 w-full border-t border-dashed"
      style={{ top, height: demandHeight }}
    >
      <path d={boxes(0, false)} fill="var(--state-scheduled)" opacity={0.45} />
      <path d={boxes(slots, true)} fill="var(--state-late)" />
      <path
        d={`M0 ${y(slots)}H1440`}
        stroke="var(--fg)"
        strokeWidth={1}
        vectorEffect="non-scaling-stroke"
        opacity={0.7}
      />
    </svg>
  );
}
