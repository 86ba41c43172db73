import { sql } from "kysely";
import type { EventCount, EventFilter, events, ReceivedEvent, timeUnits } from "../../schema/events.ts";
import { problem } from "../../schema/problems.ts";
import type { Parsed } from "../../schema/route.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import { eventFrom, eventJson } from "../engine/event-rows.ts";
import type { Scope } from "../engine/scope.ts";
import { countOf } from "../engine/table.ts";
import { noun } from "../noun.ts";
import { defaultSince, eventClauses } from "../sql/event-filter.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import { oneMicrosecondBefore } from "../sql/rows.ts";
import type { FullEventTable } from "../tables.ts";

export const eventNoun = noun({
  /** One page; `total` counts all that match. */
  filter: async (
    scope: Scope,
    filter: EventFilter | null | undefined,
    { limit, offset = 0 }: { limit: number; offset?: number },
  ): Promise<{ events: ReceivedEvent[]; total: number }> => {
    const [found, total] = await Promise.all([page(scope, filter, limit, offset), count(scope, filter)]);
    return { events: found, total };
  },
  /** The same page as a JSON list, as it is passed on. */
  pageJson: async (
    scope: Scope,
    filter: EventFilter | null | undefined,
    { limit, offset = 0 }: { limit: number; offset?: number },
  ): Promise<{ events: string; total: number }> => {
    const [rows, total] = await Promise.all([pageRows(scope, filter, limit, offset), count(scope, filter)]);
    return { events: `[${rows.map(eventJson).join(",")}]`, total };
  },
  count,
  /** Throws the problem `invalid` for more than 1000 buckets. */
  countBy: (scope: Scope, input: Parsed<typeof events.countBy>): Promise<EventCount[]> =>
    input.countable === "event" || input.countable === "resource"
      ? countByKind(scope, input.filter, input.countable)
      : countByTime(scope, input),
  readMany: async (scope: Scope, ids: readonly string[]): Promise<ReceivedEvent[]> => {
    const among = scope.dialect.isOneOf(sql.ref("id"), ids);
    const rows = await scope.all(sql<FullEventTable>`select * from full_event as event where ${among}`);
    return rows.map(eventFrom);
  },
});

type Filter = EventFilter | null | undefined;

const page = async (scope: Scope, filter: Filter, limit: number, offset: number): Promise<ReceivedEvent[]> =>
  (await pageRows(scope, filter, limit, offset)).map(eventFrom);

function pageRows(scope: Scope, filter: Filter, limit: number, offset: number): Promise<FullEventTable[]> {
  const where = whereAll(eventClauses(scope.dialect, filter, scope.now()));
  const toward = filter?.order === "ASC" ? sql`asc` : sql`desc`;
  return scope.all(
    sql<FullEventTable>`select * from full_event as event where event.seq in (
        select event.seq from full_event as event where ${where}
        order by event.occurred ${toward}, event.seq ${toward} ${atMost(limit)} offset ${offset})
      order by event.occurred ${toward}, event.seq ${toward}`,
  );
}

async function count(scope: Scope, filter: Filter): Promise<number> {
  const where = whereAll(eventClauses(scope.dialect, filter, scope.now()));
  return countOf(scope, sql`full_event as event where ${where}`);
}

async function countByKind(
  scope: Scope,
  filter: EventFilter,
  countable: "event" | "resource",
): Promise<EventCount[]> {
  const where = whereAll(eventClauses(scope.dialect, filter, scope.now()));
  const key = countable === "event" ? sql`event.event` : sql`event.resource_id`;
  const name = scope.dialect.field(sql.ref("event.resource"), "prefect.resource.name");
  const label = countable === "event" ? sql`event.event` : sql`coalesce(max(${name}), event.resource_id)`;
  return scope.all(sql<EventCount>`
    select ${key} as value, ${label} as label, count(*) as count,
      min(event.occurred) as start_time, max(event.occurred) as end_time
    from full_event as event where ${where} group by ${key} order by count(*) desc, ${key}`);
}

const unitMs: Record<(typeof timeUnits)[number], number> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
};
const maxBuckets = 1000;
/** Weeks begin on Mondays; the epoch was a Thursday. */
const firstMonday = 4 * 86_400_000;

async function countByTime(scope: Scope, input: Parsed<typeof events.countBy>): Promise<EventCount[]> {
  const unit = input.countable === "day" ? "day" : input.time_unit;
  const width = unitMs[unit] * (input.countable === "day" ? 1 : input.time_interval);
  const since = toMs(input.filter.occurred?.since ?? defaultSince(scope.now()));
  const until = toMs(input.filter.occurred?.until ?? timestamp(scope.now()));
  const shift = unit === "week" ? firstMonday : 0;
  const start = Math.floor((since - shift) / unitMs[unit]) * unitMs[unit] + shift;
  const length = Math.max(1, Math.ceil((until - start) / width));
  if (length > maxBuckets) {
    throw problem(
      "invalid",
      `The given interval would create ${length} buckets, which is more than ${maxBuckets}.`,
    );
  }
  const where = whereAll(eventClauses(scope.dialect, input.filter, scope.now()));
  const at = sql`cast(floor((${scope.dialect.seconds(sql.ref("event.occurred"))} - ${start / 1000}) / ${width / 1000}) as integer)`;
  const rows = await scope.all(
    sql<{
      bucket: number;
      n: number;
    }>`select ${at} as bucket, count(*) as n from full_event as event where ${where} group by 1`,
  );
  const counts = new Map(rows.map((row) => [row.bucket, row.n]));
  return Array.from({ length: Math.max(0, length) }, (_, index) => {
    const begins = timestamp(start + index * width);
    return {
      value: String(index),
      label: begins.replace("Z", "+00:00"),
      count: counts.get(index) ?? 0,
      start_time: begins,
      end_time: oneMicrosecondBefore(start + (index + 1) * width),
    };
  });
}
