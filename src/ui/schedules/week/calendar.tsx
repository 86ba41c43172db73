import { type KeyboardEvent, useRef } from "react";
import { localTime, offsetText, zoneOffset } from "../../../rules/schedules.ts";
import type { Week, WeekDay } from "../../schedule-editor/week/model.ts";
import type { ScheduleRow } from "../rows.ts";
import { DayRow } from "./day-row.tsx";

interface Props {
  week: Week;
  rows: readonly ScheduleRow[];
  zone: string;
  other: string;
  /** Slots of the limit whose demand is drawn. */
  slots: number | undefined;
}

/** Seven days, one below the other, on one axis of hours in two zones. */
export function Calendar({ week, rows, zone, other, slots }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const most = Math.max(slots ?? 0, ...week.days.flatMap(({ demand }) => demand));
  return (
    <div
      ref={frame}
      role="group"
      aria-label="Week of fires"
      className="min-h-0 flex-1 overflow-auto bg-surface"
      onKeyDown={(event) => moveFocus(event, frame.current)}
    >
      <div className="min-w-[880px]">
        {week.days.map((day, index) => {
          const before = week.days[index - 1];
          const isMoved = before !== undefined && apart(before, zone, other) !== apart(day, zone, other);
          return (
            <div key={day.date}>
              {(index === 0 || isMoved) && <Axis {...{ day, zone, other }} isFirst={index === 0} />}
              <DayRow {...{ day, rows, zone, other, slots, most }} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** How far the clocks of both zones are apart on a day; a clock change shows from the next day on. */
const apart = ({ start }: WeekDay, zone: string, other: string): number =>
  zoneOffset(other, start) - zoneOffset(zone, start);

const hours = Array.from({ length: 12 }, (_, index) => index * 2);

interface AxisProps {
  day: WeekDay;
  zone: string;
  other: string;
  isFirst: boolean;
}

function Axis({ day, zone, other, isFirst }: AxisProps) {
  const shift = apart(day, zone, other);
  return (
    <div
      aria-hidden="true"
      className={`${isFirst ? "sticky top-0 z-20 bg-surface" : "bg-sunken"} border-b text-xs`}
    >
      <AxisLine zone={zone} at={day.start} shift={0} className="text-muted" />
      {other !== zone && <AxisLine zone={other} at={day.start} shift={shift} className="text-faint" />}
    </div>
  );
}

function AxisLine(props: { zone: string; at: number; shift: number; className: string }) {
  const { zone, at, shift, className } = props;
  return (
    <div className={`flex h-5 items-center ${className}`}>
      <span
        className="sticky left-0 z-10 w-[104px] shrink-0 truncate bg-inherit px-3"
        title={`${zone}, UTC${offsetText(zoneOffset(zone, at))}`}
      >
        {zone.split("/").at(-1)?.replaceAll("_", " ")}
      </span>
      <span className="relative h-full min-w-0 flex-1">
        {hours.map((hour) => (
          <span
            key={hour}
            className="absolute top-0.5 -translate-x-1/2 tabular-nums first:translate-x-0"
            style={{ left: `${(hour / 24) * 100}%` }}
          >
            {localTime("UTC", hour * 3_600_000 + shift).time.slice(0, 5)}
          </span>
        ))}
      </span>
    </div>
  );
}

/** Arrows move between the fires of a day and between days; one fire of each day is reached by Tab. */
function moveFocus(event: KeyboardEvent, frame: HTMLElement | null): void {
  const { activeElement: active } = document;
  const day = active?.closest("[data-day]");
  if (!frame || !day) return;
  const marksOf = (one: Element | undefined) => [
    ...(one?.querySelectorAll<HTMLElement>("[data-mark]") ?? []),
  ];
  const marks = marksOf(day);
  const at = marks.findIndex((mark) => mark.isSameNode(active));
  const days = [...frame.querySelectorAll("[data-day]")];
  const onDay = (step: number) => marksOf(days[days.indexOf(day) + step])[0];
  const next = {
    ArrowRight: marks[at + 1],
    ArrowLeft: marks[at - 1],
    ArrowDown: onDay(1),
    ArrowUp: onDay(-1),
  };
  const target = Object.entries(next).find(([key]) => key === event.key)?.[1];
  if (!target) return;
  event.preventDefault();
  target.focus();
}
