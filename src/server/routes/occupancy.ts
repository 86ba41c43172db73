import { type Occupancy, occupancy, occupancyCount, occupancyMinutes } from "../../schema/occupancy.ts";
import { timestamp, toMs } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { latestDurations } from "../latest-durations.ts";
import { nextSlotsOfLimits, nextSlotsOfQueues } from "../next-slots.ts";
import { type Api, serve } from "../serve.ts";
import { slotStart } from "../services/occupancy.ts";

const slotMs = occupancyMinutes * 60_000;

export function serveOccupancy(api: Api, { store, now }: { store: Store; now: () => number }): void {
  const durations = latestDurations(store, now);
  serve(api, occupancy.read, async ({ of }): Promise<Occupancy> => {
    const since = slotStart(now() - (occupancyCount - 1) * slotMs);
    const deps = { store, durations, now };
    const [{ recorded, rows }, next] = await Promise.all([
      store.occupancy.read({ of, since }),
      of === "limits" ? nextSlotsOfLimits(deps) : nextSlotsOfQueues(deps),
    ]);
    const places = new Map(
      Array.from({ length: occupancyCount }, (_, place) => [timestamp(toMs(since) + place * slotMs), place]),
    );
    const owners = [...Map.groupBy(rows, (row) => row.owner_id)].map(([id, own]) => {
      const series = (pick: (row: (typeof own)[number]) => number) => {
        const values = Array<number>(occupancyCount).fill(0);
        for (const row of own) values[places.get(row.start) ?? 0] = pick(row);
        return values;
      };
      return {
        id,
        used: series(({ used }) => used),
        waiting: series(({ waiting }) => waiting),
        wait_seconds: series(({ wait_seconds }) => wait_seconds),
      };
    });
    const told = new Set(recorded);
    return { since, recorded: [...places.keys()].map((start) => told.has(start)), owners, next };
  });
}
