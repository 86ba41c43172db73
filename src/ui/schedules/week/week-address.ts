import { useMemo } from "react";
import { localTime } from "../../../rules/schedules.ts";
import { isTimeZone } from "../../../schema/schedules.ts";
import { useNow } from "../../kit/now.ts";
import { useAddress } from "../../parts/address.ts";
import { zoneName } from "../../parts/time/times.ts";
import { useSettings } from "../../settings.ts";

const dayMs = 86_400_000;

/** The Monday of the week of a date, as a date. */
export function mondayOf(date: string): string {
  const ms = Date.parse(date);
  const weekday = (new Date(ms).getUTCDay() + 6) % 7;
  return dateOf(ms - weekday * dayMs);
}

export const daysLater = (date: string, days: number): string => dateOf(Date.parse(date) + days * dayMs);
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

export interface WeekAddress {
  /** Monday of the week that is shown. */
  from: string;
  isThisWeek: boolean;
  /** Of the reader. */
  zone: string;
  /** The second zone of the axis, where one was chosen. */
  otherZone: string | undefined;
  /** Key of the limit whose demand is drawn; `none` for no limit. */
  limit: string | undefined;
  change: (patch: { week?: string; zone?: string; limit?: string }) => void;
}

const defaults = {};

/** The week, the second zone and the limit that the address asks for. */
export function useWeekAddress(): WeekAddress {
  const [search, change] = useAddress(defaults);
  const { zone: viewer } = useSettings();
  const zone = zoneName(viewer);
  const now = useNow(60);
  const today = mondayOf(localTime(zone, now).date);
  const asked = search.get("week") ?? "";
  const from = isDate(asked) ? mondayOf(asked) : today;
  const [other, limit] = [search.get("zone") ?? "", search.get("limit") ?? undefined];
  return useMemo(
    () => ({
      ...{ from, isThisWeek: from === today, zone, limit },
      otherZone: other && isTimeZone(other) ? other : undefined,
      change: ({ week, ...rest }) =>
        change({ ...rest, ...(week === undefined ? {} : { week: week === today ? "" : week }) }),
    }),
    [from, today, zone, other, limit, change],
  );
}
