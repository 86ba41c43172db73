import type { Bar, Cluster } from "./model.ts";

/** Lanes of a day; what finds none is drawn as clusters. */
export const mostLanes = 6;
/** A bar is at least as wide as this many minutes; a name needs as many as the second. */
const barMinutes = 12;
const labelMinutes = 80;
export const clusterMinutes = 30;
/** Fires of a cluster that are listed. */
const mostListed = 50;

type Unplaced = Omit<Bar, "lane" | "hasLabel">;

interface Placed {
  bars: Bar[];
  clusters: Cluster[];
  lanes: number;
}

/** Overlapping bars in lanes; what fires all day comes below what fires at a time. */
export function placed(items: readonly Unplaced[]): Placed {
  const ends: number[] = [];
  const bars: Bar[] = [];
  const left: Unplaced[] = [];
  const lastOf = new Map<number, Bar>();
  const isSeries = ({ count }: Unplaced) => Number(count > 1);
  for (const item of items.toSorted((a, b) => isSeries(a) - isSeries(b) || a.from - b.from || b.to - a.to)) {
    const free = ends.findIndex((end) => end <= item.from);
    const lane = free >= 0 ? free : ends.length;
    if (lane >= mostLanes) {
      left.push(item);
      continue;
    }
    ends[lane] = Math.max(item.to, item.from + barMinutes);
    const bar = { ...item, lane, hasLabel: item.from + labelMinutes <= 1440 };
    const before = lastOf.get(lane);
    if (before && Math.max(before.to, before.from + labelMinutes) > item.from)
      before.hasLabel = before.to - before.from >= labelMinutes;
    lastOf.set(lane, bar);
    bars.push(bar);
  }
  return { bars, clusters: clustered(left), lanes: ends.length };
}

function clustered(items: readonly Unplaced[]): Cluster[] {
  const cells = Map.groupBy(items, ({ from }) => Math.floor(from / clusterMinutes));
  return [...cells].map(([cell, own]) => ({
    from: cell * clusterMinutes,
    count: own.reduce((sum, { count }) => sum + count, 0),
    fires: own.slice(0, mostListed).map(({ schedule, at }) => ({ schedule, at })),
  }));
}
