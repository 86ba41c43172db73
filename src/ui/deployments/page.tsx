import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import { query, useIsPraetor } from "../api.ts";
import { headOrder } from "../kit/table/head-order.ts";
import { selectColumn } from "../kit/table/select-column.tsx";
import { useFlowChoices, usePoolChoices } from "../lists/controls/choices.ts";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { useListView } from "../lists/list-view.ts";
import { useClientFilter } from "../lists/use-client-filter.ts";
import { useCompiledQuery } from "../lists/use-compiled-query.ts";
import { useSteadyList } from "../lists/use-steady-list.ts";
import { useScopes } from "../live.ts";
import { useFlowNames } from "../parts/flow-names.ts";
import { useLiveLimits } from "../parts/live-limits.ts";
import { deploymentPath } from "../parts/paths.ts";
import { useRecentRuns } from "../parts/runs/recent-runs.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { columnNames, narrowColumns, wideColumns } from "./columns.tsx";
import { fields, type Key, language, withTerm } from "./fields.ts";
import { FirstDeployment } from "./first-deployment.tsx";
import { useDeployments } from "./use-deployments.ts";
import { prefectSorts, type Sort, sorts } from "./view.ts";

/** All deployments: a query, and the list itself. */
export function Page() {
  const isPraetor = useIsPraetor();
  const ownSorts = isPraetor ? sorts : prefectSorts;
  const [view, change] = useListView(ownSorts);
  const { q, sort } = view;
  useScopes([{ noun: "deployments" }]);
  useLiveLimits();
  const compiled = useCompiledQuery(q, fields);
  const pages = useDeployments(compiled.server, sort);
  const { nameOf: flowName, all: flows } = useFlowNames(pages.rows.map((row) => row.flow_id));
  const rowOf = useCallback(
    (deployment: Deployment) => ({ deployment, flow: flowName(deployment.flow_id) }),
    [flowName],
  );
  const list = useSteadyList(useClientFilter(pages, compiled.client, rowOf), `${sort} ${q}`);
  const total = useQuery(query(deployments.count, {}));
  const recent = useRecentRuns(
    "deployment",
    list.rows.map(({ id }) => id),
  );
  const known = (of: (row: Deployment) => readonly (string | null)[]) =>
    [...new Set(pages.rows.flatMap(of))].filter((name) => name !== null).toSorted();
  return (
    <ListPage
      title="Deployments"
      view={view}
      change={change}
      sorts={ownSorts}
      example="flow:etl tag:prod paused:no"
      fields={fields}
      columns={columnNames}
      choices={{ flow: useFlowChoices, pool: usePoolChoices }}
      names={{
        flow: flows.map(({ name }) => name),
        tag: known((row) => row.tags),
        pool: known((row) => [row.work_pool_name]),
        queue: known((row) => [row.work_queue_name]),
      }}
    >
      {(onQuery) => (
        <ListTable
          what="deployment"
          title="Deployments"
          columnList="deployments"
          {...{ list, language, q, onQuery }}
          total={total.data}
          place={sort}
          pathOf={({ id }) => deploymentPath(id)}
          columns={({ rows, selection, isNarrow }) => {
            const select = selectColumn({ rows, selection, what: "deployments" });
            const narrow = (key: Key, value: string) => onQuery(withTerm(q, key, value));
            const onSort = (next: Sort) => change({ sort: next });
            const context = { flowName, recent, narrow, select, ...ordersOf({ sort, onSort }, isPraetor) };
            return isNarrow ? narrowColumns(context) : wideColumns(context);
          }}
          bulkBar={({ rows, selection, onActing }) => (
            <BulkBar {...{ selection, flowName, onActing, list, compiled }} loaded={rows.length} />
          )}
          empty={<FirstDeployment />}
        />
      )}
    </ListPage>
  );
}

interface Sorted {
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** The heads that order the list, as far as the server can. */
function ordersOf(sorted: Sorted, isPraetor: boolean) {
  const order = { ...sorted, first: "ascending" } as const;
  const byName = headOrder<Sort>({ ...order, ascending: "name" });
  const byNext = headOrder<Sort>({ ...order, ascending: "next" });
  if (!isPraetor) return { byName, byNext };
  const byLast = headOrder<Sort>({ ...order, descending: "last", first: "descending" });
  return { byName, byNext, byLast, byStatus: headOrder<Sort>({ ...order, ascending: "status" }) };
}
