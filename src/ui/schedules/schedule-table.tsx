import { Plus } from "lucide-react";
import { readAgain, useApi, useIsPraetor } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { toast } from "../kit/overlays/toast.tsx";
import { Empty } from "../kit/panel.tsx";
import { headOrder } from "../kit/table/head-order.ts";
import { selectColumn } from "../kit/table/select-column.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { deploymentPath } from "../parts/paths.ts";
import { setActive } from "./actions.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { narrowColumns, wideColumns } from "./columns.tsx";
import { type Key, language, withTerm } from "./fields.ts";
import type { ScheduleRow } from "./rows.ts";
import type { Opened } from "./schedule-dialogs.tsx";
import { useRecentOfSeen } from "./use-recent-of-seen.ts";
import type { useScheduleList } from "./use-schedule-list.ts";
import type { Sort, View } from "./view.ts";

interface Props {
  view: View;
  change: (patch: Partial<View>) => void;
  list: ReturnType<typeof useScheduleList>;
  open: (opened: Opened) => void;
}

/** All schedules as rows. */
export function ScheduleTable({ view, change, list, open }: Props) {
  const { q, sort } = view;
  const recent = useRecentOfSeen(list.rows);
  const onActive = useTurn();
  const onQuery = (next: string) => change({ q: next });
  return (
    <ListTable
      what="schedule"
      title="Schedules"
      columnList="schedules"
      {...{ list, language, q, onQuery }}
      total={q ? undefined : list.loaded}
      place={sort}
      pathOf={({ deployment_id }) => deploymentPath(deployment_id)}
      columns={({ rows, selection, isNarrow }) => {
        const order = { sort, onSort: (next: Sort) => change({ sort: next }) };
        const context = {
          ...{ recent, open, onActive },
          narrow: (key: Key, value: string) => onQuery(withTerm(q, key, value)),
          select: selectColumn({ rows, selection, what: "schedules" }),
          byName: headOrder<Sort>({ ...order, ascending: "name", first: "ascending" }),
          byNext: headOrder<Sort>({ ...order, ascending: "next", first: "ascending" }),
          byLongest: headOrder<Sort>({ ...order, descending: "longest", first: "descending" }),
        };
        return isNarrow ? narrowColumns(context) : wideColumns(context);
      }}
      bulkBar={({ rows, selection, onActing }) => (
        <BulkBar {...{ selection, onActing, list }} loaded={rows.length} />
      )}
      empty={<NoSchedules onAdd={() => open({ kind: "choose" })} />}
      note={<Note isCut={list.isCut} />}
    />
  );
}

/** Pauses or resumes one schedule at once. */
function useTurn() {
  const api = useApi();
  return (row: ScheduleRow, active: boolean) => {
    setActive(api.client, row, active).then(
      () => api.info ?? readAgain(api, "deployments"),
      (error: Error) => toast.failed(`Could not ${active ? "resume" : "pause"} the schedule`, error),
    );
  };
}

function Note({ isCut }: { isCut: boolean }) {
  const isPraetor = useIsPraetor();
  if (isCut)
    return <span className="text-late">There are more schedules than are shown: narrow the query</span>;
  return isPraetor ? null : <span>Usual durations and pauses until a time need a Praetor server</span>;
}

const example = `await report.serve({
  name: "nightly",
  cron: "0 2 * * *",
  timezone: "Europe/Berlin",
});`;

function NoSchedules({ onAdd }: { onAdd: () => void }) {
  return (
    <Empty
      title="No schedules yet"
      code={example}
      action={
        <Button onClick={onAdd}>
          <Plus size={13} />
          Add a schedule
        </Button>
      }
    >
      A schedule runs a deployment at fixed times. Serve or deploy a flow with one, or add one to a deployment
      here.
    </Empty>
  );
}
