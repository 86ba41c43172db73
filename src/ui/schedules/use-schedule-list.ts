import { useMemo, useReducer } from "react";
import type { ListedSchedule } from "../../schema/deployment-schedules.ts";
import { useNow } from "../kit/now.ts";
import type { CompiledQuery } from "../lists/compile-query.ts";
import type { List } from "../lists/list.ts";
import { useClientFilter } from "../lists/use-client-filter.ts";
import { listOf } from "../lists/use-pages.ts";
import { useSteadyList } from "../lists/use-steady-list.ts";
import { wordsOf } from "../parts/time/fires.ts";
import { computeNextFires, type NextFires } from "../schedule-editor/next-fires.ts";
import { useWorker } from "../schedule-editor/use-worker.ts";
import { isFiring, type ScheduleRow } from "./rows.ts";
import { useSchedules } from "./use-schedules.ts";
import type { View } from "./view.ts";

interface Schedules extends List<ScheduleRow> {
  /** Whether there are more than were read. */
  isCut: boolean;
}

const itself = (row: ScheduleRow) => row;

/** The schedules that match, with their next fires, in the order of the view. */
export function useScheduleList({ q, sort }: View, compiled: CompiledQuery<ScheduleRow>): Schedules {
  const source = useSchedules(compiled.server);
  const now = useNow(60);
  const [dropped, drop] = useReducer(withAll, new Set<string>());
  const read = useMemo(() => source.rows?.filter(({ id }) => !dropped.has(id)), [source.rows, dropped]);
  const input = useMemo(() => read && { schedules: read.filter(isFiring).map(brief), now }, [read, now]);
  const fires = useWorker("next", computeNextFires, input);
  const rows = useMemo(
    () =>
      read && fires
        ? sorted(
            read.map((row) => rowOf(row, fires)),
            sort,
          )
        : [],
    [read, fires, sort],
  );
  const list = {
    ...listOf(rows),
    isPending: source.isPending || (!source.error && !fires),
    ...{ error: source.error, refetch: source.refetch, drop },
  };
  const kept = useClientFilter(list, compiled.client, itself);
  return { ...useSteadyList(kept, `${sort} ${q}`), isCut: source.isCut };
}

const withAll = (old: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> =>
  new Set([...old, ...ids]);

/** What the worker gets: fires are computed for the rule alone. */
const brief = ({ id, schedule }: ListedSchedule) => ({ id, schedule });

const rowOf = (row: ListedSchedule, fires: NextFires): ScheduleRow => ({
  ...row,
  name: wordsOf(row.schedule),
  next: fires.get(row.id) ?? [],
});

function sorted(rows: ScheduleRow[], sort: View["sort"]): ScheduleRow[] {
  // They come by name.
  if (sort === "name") return rows;
  if (sort === "longest") return rows.toSorted((a, b) => (b.usual_seconds ?? -1) - (a.usual_seconds ?? -1));
  const at = ({ next }: ScheduleRow) => next[0] ?? Number.MAX_VALUE;
  return rows.toSorted((a, b) => at(a) - at(b));
}
