import { TriangleAlert } from "lucide-react";
import { type LocalTime, localTime } from "../../rules/schedules.ts";
import { Tooltip } from "../kit/overlays/tooltip.tsx";
import { relative, zoneName } from "../parts/time/times.ts";
import { type Forecast, shownFires, type WeekDay } from "./forecast.ts";

interface Props {
  forecast: Forecast;
  /** Of the schedule, and of whoever looks. */
  zone: string;
  viewer: string;
  now: number;
  /** It belongs to what was typed before. */
  isOld: boolean;
}

/** The next fires in the zone of the schedule and in one's own, and what the clock does to them. */
export function SchedulePreview({ forecast, zone, viewer, now, isOld }: Props) {
  const own = zoneName(viewer);
  const notes = notesOf(forecast);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {isOld && <p className="text-late">Last valid version:</p>}
      <Week week={forecast.week} zone={zone} now={now} />
      <ClockNotes forecast={forecast} />
      <table className="w-full border-collapse text-left" aria-label={`Next ${shownFires} fires`}>
        <thead className="text-xs text-muted">
          <tr className="h-7 border-b">
            <th className="font-normal">{zone}</th>
            {own !== zone && <th className="font-normal">{own}</th>}
            <th className="text-right font-normal">from now</th>
          </tr>
        </thead>
        <tbody>
          {forecast.next.map((time) => (
            <tr key={time} className="h-6.5 whitespace-nowrap">
              <td>
                <time dateTime={new Date(time).toISOString()}>
                  <Fire local={localTime(zone, time)} />
                </time>
                {notes.has(time) && <Note text={notes.get(time) ?? ""} />}
              </td>
              {own !== zone && (
                <td className="text-muted">
                  <Fire local={localTime(own, time)} isShort />
                </td>
              )}
              <td className="text-right text-muted">{relative(time, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <End forecast={forecast} />
    </div>
  );
}

function End({ forecast: { next, problem } }: { forecast: Forecast }) {
  if (problem) return <p className="text-danger">{problem}</p>;
  if (next.length === 0) return <p className="text-late">This schedule never fires.</p>;
  if (next.length < shownFires) return <p className="text-muted">No more fires</p>;
  return null;
}

/** `Sun 2026-03-29 03:30 +02:00` */
function Fire({ local, isShort }: { local: LocalTime; isShort?: boolean }) {
  return (
    <span className="tabular-nums">
      {local.weekday} {isShort ? local.date.slice(5) : local.date}{" "}
      <span className={isShort ? undefined : "font-strong"}>{local.time.replace(/:00$/, "")}</span>{" "}
      <span className="text-xs text-faint max-sm:hidden">{local.offset}</span>
    </span>
  );
}

function Note({ text }: { text: string }) {
  return (
    <Tooltip text={text}>
      <TriangleAlert size={13} role="img" aria-label={text} className="ml-1 inline text-late" />
    </Tooltip>
  );
}

const notesOf = ({ changes }: Forecast): ReadonlyMap<number, string> =>
  new Map(changes.flatMap(({ firesAt, message }) => firesAt.map((time) => [time, message] as const)));

const mostNotes = 3;

function ClockNotes({ forecast: { changes } }: { forecast: Forecast }) {
  if (changes.length === 0) return null;
  return (
    <ul aria-label="Daylight saving changes" className="flex flex-col gap-1 rounded-md bg-sunken px-3 py-2">
      {changes.slice(0, mostNotes).map(({ date, kind, message }) => (
        <li key={`${date} ${kind}`} className="flex gap-2">
          <TriangleAlert size={13} aria-hidden="true" className="mt-1 shrink-0 text-late" />
          <span className="min-w-0">{message}</span>
        </li>
      ))}
    </ul>
  );
}

const dayWords = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", timeZone: "UTC" });
const nameOf = (day: number) => dayWords.format(day * 86_400_000).replace(",", "");

/** A week from today: when in each day it fires. */
function Week({ week, zone, now }: { week: readonly WeekDay[]; zone: string; now: number }) {
  if (week.length === 0) return null;
  const { time } = localTime(zone, now);
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const said = week.map(({ day, count }) => `${nameOf(day)}: ${count === 0 ? "none" : count}`).join(", ");
  return (
    <figure role="img" aria-label={`Fires in the next 7 days: ${said}`}>
      {week.map(({ day, count, stretches }, index) => (
        <div key={day} className="flex h-4 items-center gap-2 text-xs">
          <span className="w-12 shrink-0 text-muted">{nameOf(day)}</span>
          <span className="relative h-3 min-w-0 flex-1 overflow-hidden rounded-sm bg-sunken">
            {stretches.map(({ from, to }) => (
              <span
                key={from}
                className="absolute inset-y-0 bg-accent"
                style={{ left: `${(from / 1440) * 100}%`, width: `${((to - from) / 1440) * 100}%` }}
              />
            ))}
            {index === 0 && (
              <span
                className="absolute inset-y-0 w-px bg-fg"
                style={{ left: `${((hours * 60 + minutes) / 1440) * 100}%` }}
              />
            )}
          </span>
          <span className="w-8 shrink-0 text-right text-muted">{count || ""}</span>
        </div>
      ))}
      <div className="flex text-xs text-faint" aria-hidden="true">
        <span className="w-14 shrink-0" />
        <span className="relative h-4 min-w-0 flex-1">
          {[0, 6, 12, 18].map((hour) => (
            <span key={hour} className="absolute" style={{ left: `${(hour / 24) * 100}%` }}>
              {String(hour).padStart(2, "0")}
            </span>
          ))}
        </span>
        <span className="w-10 shrink-0" />
      </div>
    </figure>
  );
}
