import { useMemo } from "react";
import { useIsPraetor } from "../../api.ts";
import { Empty, Failed } from "../../kit/panel.tsx";
import { Skeleton } from "../../kit/skeleton.tsx";
import type { List } from "../../lists/list.ts";
import { useWorker } from "../../schedule-editor/use-worker.ts";
import type { Week } from "../../schedule-editor/week/model.ts";
import { computeWeek } from "../../schedule-editor/week/week.ts";
import type { ScheduleRow } from "../rows.ts";
import { Calendar } from "./calendar.tsx";
import { Shortages } from "./shortages.tsx";
import { useWeekAddress, type WeekAddress } from "./week-address.ts";
import { type WeekSource, weekSource } from "./week-input.ts";
import { WeekToolbar } from "./week-toolbar.tsx";

/** All fires of seven days. */
export function WeekView({ list }: { list: List<ScheduleRow> }) {
  const address = useWeekAddress();
  const { rows } = list;
  const source = useMemo(() => weekSource(rows), [rows]);
  const mostUsed = useMostUsedZone(rows, address.zone);
  const other = address.otherZone ?? mostUsed;
  const week = useWeek(source, address);
  const drawn = week?.drawn === undefined ? undefined : source.limits[week.drawn];
  const isPraetor = useIsPraetor();
  if (list.error && list.loaded === 0)
    return <Failed what="Schedules" error={list.error} onRetry={list.refetch} />;
  const summary =
    week &&
    `${week.count.toLocaleString("en")} fires of ${source.rows.length.toLocaleString("en")} active schedules`;
  return (
    <>
      <WeekToolbar {...{ address, other, summary }} limit={drawn?.key ?? "none"} limits={source.limits} />
      {!isPraetor && (
        <p className="border-b px-3 py-1.5 text-muted">
          Usual durations need a Praetor server: fires are drawn without a length.
        </p>
      )}
      {!week || list.isPending ? (
        <WeekSkeleton />
      ) : source.rows.length === 0 ? (
        <Empty title="No active schedules">Resume a schedule, or change the query above.</Empty>
      ) : (
        <>
          {isWorthNotes(week, source) && <Shortages week={week} limits={source.limits} />}
          <Calendar {...{ week, other }} rows={source.rows} zone={address.zone} slots={drawn?.slots} />
        </>
      )}
    </>
  );
}

const isWorthNotes = ({ notes, left }: Week, { limits }: WeekSource): boolean =>
  limits.length > 0 || notes.length > 0 || left > 0;

/** The week as the worker computes it. */
function useWeek({ schedules, limits }: WeekSource, { from, zone, limit }: WeekAddress): Week | undefined {
  const place = limits.findIndex((one) => one.key === limit);
  const drawn = place >= 0 ? place : limit === undefined ? "worst" : undefined;
  const input = useMemo(
    () => ({ schedules, limits, from, zone, drawn }) as const,
    [schedules, limits, from, zone, drawn],
  );
  return useWorker("week", computeWeek, input);
}

/** The zone of most schedules, beside the reader's own. */
function useMostUsedZone(rows: readonly ScheduleRow[], own: string): string {
  return useMemo(() => {
    const zones = Map.groupBy(rows, ({ schedule }) => schedule.timezone ?? "UTC");
    const [most] = [...zones].filter(([zone]) => zone !== own).sort((a, b) => b[1].length - a[1].length);
    return most?.[0] ?? "UTC";
  }, [rows, own]);
}

function WeekSkeleton() {
  return (
    <div role="status" aria-label="Computing the fires of the week" className="flex flex-col gap-px">
      {["h-11", "h-20", "h-20", "h-20", "h-20", "h-20", "h-14", "h-14"].map((height, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never move
        <Skeleton key={index} className={`${height} w-full`} />
      ))}
    </div>
  );
}
