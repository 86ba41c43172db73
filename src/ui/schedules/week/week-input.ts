import type { WeekLimit, WeekSchedule } from "../../schedule-editor/week/model.ts";
import { isFiring, type ScheduleRow } from "../rows.ts";

export interface KeyedLimit extends WeekLimit {
  /** As the address names it. */
  key: string;
}

export interface WeekSource {
  /** Of the schedules, in the same order. */
  rows: readonly ScheduleRow[];
  schedules: readonly WeekSchedule[];
  limits: readonly KeyedLimit[];
}

/** What the worker gets: the schedules that fire, and the limits that their runs need slots of. */
export function weekSource(all: readonly ScheduleRow[]): WeekSource {
  const rows = all.filter(isFiring);
  const places = new Map<string, number>();
  const limits: KeyedLimit[] = [];
  const place = (limit: KeyedLimit): number => {
    const known = places.get(limit.key) ?? limits.length;
    if (known === limits.length) limits.push(limit);
    places.set(limit.key, known);
    return known;
  };
  const schedules = rows.map((row) => ({
    id: row.id,
    schedule: row.schedule,
    seconds: row.usual_seconds,
    limits: limitsOf(row).map(place),
  }));
  return { rows, schedules, limits };
}

/** Limits without a slot let nothing run, which is no matter of time. */
function limitsOf(row: ScheduleRow): KeyedLimit[] {
  const { work_pool_name: pool, work_queue_name: queue, deployment_name: name } = row;
  const all: (Omit<KeyedLimit, "slots"> & { slots: number | null })[] = [
    ...(pool
      ? [
          { kind: "pool", key: `pool:${pool}`, name: pool, slots: row.pool_limit, cancels: false } as const,
          {
            ...({ kind: "queue", key: `queue:${pool}/${queue}`, name: `${pool}/${queue}` } as const),
            ...{ slots: row.queue_limit, cancels: false },
          },
        ]
      : []),
    {
      ...({ kind: "deployment", key: `deployment:${row.deployment_id}`, name } as const),
      ...{ slots: row.deployment_limit, cancels: row.collision_strategy === "CANCEL_NEW" },
    },
  ];
  return all.flatMap((limit) => (limit.slots ? [{ ...limit, slots: limit.slots }] : []));
}
