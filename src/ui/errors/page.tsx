import { useIsPraetor } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { Empty } from "../kit/panel.tsx";
import { headOrder } from "../kit/table/head-order.ts";
import { selectColumn } from "../kit/table/select-column.tsx";
import { useDeploymentChoices, useFlowChoices } from "../lists/controls/choices.ts";
import { writeOption } from "../lists/controls/controls.ts";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { type Sorts, useListView } from "../lists/list-view.ts";
import { useSteadyList } from "../lists/use-steady-list.ts";
import { useScopes } from "../live.ts";
import { NeedsPraetor } from "../parts/needs-praetor.tsx";
import { errorPath } from "../parts/paths.ts";
import { runsPath } from "../parts/runs-path.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { columnNames, narrowColumns, wideColumns } from "./columns.tsx";
import { fields, language } from "./fields.ts";
import { type Sort, useErrors, usualDays } from "./use-errors.ts";

const sorts: Sorts<Sort> = [
  { value: "last", label: "Last seen" },
  { value: "first", label: "First seen" },
  { value: "count", label: "Count" },
];

/** What runs failed of, each kind of failure once. */
export function Page() {
  if (useIsPraetor()) return <Errors />;
  return (
    <NeedsPraetor title="Errors" other={{ to: runsPath("state:failed,crashed"), label: "View failed runs" }}>
      Failures are grouped by error type, message and place. A Prefect server does not group them: this page
      needs Praetor's server.
    </NeedsPraetor>
  );
}

function Errors() {
  const [view, change] = useListView(sorts);
  const { q, sort } = view;
  useScopes([{ noun: "failures" }]);
  const { window, total, matching, isUsualPeriod, ...errors } = useErrors(q, sort);
  const list = useSteadyList(errors.list, `${sort} ${q}`);
  const order = (own: Sort) =>
    headOrder<Sort>({
      ...{ sort, onSort: (next) => change({ sort: next }) },
      ...{ descending: own, first: "descending" },
    });
  const orders = { last: order("last"), first: order("first"), count: order("count") };
  const showAll = () => change({ q: writeOption(q, fields, "status", "any") });
  const closed = q === "" && total !== undefined && matching !== undefined ? total - matching : 0;
  return (
    <ListPage
      title="Errors"
      {...{ view, change, sorts, fields }}
      example="TimeoutError flow:etl since:24h"
      columns={columnNames}
      names={{ flow: errors.list.rows.flatMap((row) => row.flows.map(({ name }) => name)) }}
      choices={{ flow: useFlowChoices, deployment: useDeploymentChoices }}
    >
      {(onQuery) => (
        <ListTable
          what="error"
          title="Errors"
          columnList="errors"
          {...{ list, language, q, onQuery, total, matching }}
          place={sort}
          pathOf={({ id }) => errorPath(id)}
          columns={({ rows, selection, isNarrow }) => {
            const select = selectColumn({ rows, selection, what: "errors" });
            const context = { select, window, orders };
            return isNarrow ? narrowColumns(context) : wideColumns(context);
          }}
          bulkBar={({ rows, selection, onActing }) => (
            <BulkBar {...{ selection, onActing }} loaded={rows.length} />
          )}
          empty={<NoErrors closed={closed} onShowAll={showAll} />}
          note={
            <>
              {isUsualPeriod && <span>Failures of the last {usualDays} days</span>}
              <Closed count={closed} onShowAll={showAll} />
            </>
          }
        />
      )}
    </ListPage>
  );
}

interface ClosedProps {
  /** Resolved and ignored errors of the period. */
  closed: number;
  onShowAll: () => void;
}

function Closed({ count, onShowAll }: { count: number; onShowAll: () => void }) {
  if (count <= 0) return null;
  return (
    <span>
      {count.toLocaleString("en")} resolved or ignored hidden ·{" "}
      <button type="button" className="text-fg underline" onClick={onShowAll}>
        Show
      </button>
    </span>
  );
}

function NoErrors({ closed, onShowAll }: ClosedProps) {
  return (
    <Empty
      title={closed > 0 ? "No open errors" : `No errors in the last ${usualDays} days`}
      action={closed > 0 && <Button onClick={onShowAll}>Show {closed} resolved or ignored</Button>}
    >
      Failures of flow runs and task runs appear here, grouped by error type, message and place.
    </Empty>
  );
}
