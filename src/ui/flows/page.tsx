import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Flow, flows } from "../../schema/flows.ts";
import { query, useIsPraetor } from "../api.ts";
import { headOrder } from "../kit/table/head-order.ts";
import { selectColumn } from "../kit/table/select-column.tsx";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { type Sorts, useListView } from "../lists/list-view.ts";
import { withTerm } from "../lists/query-text.ts";
import { useClientFilter } from "../lists/use-client-filter.ts";
import { useCompiledQuery } from "../lists/use-compiled-query.ts";
import { usePages } from "../lists/use-pages.ts";
import { useSteadyList } from "../lists/use-steady-list.ts";
import { useScopes } from "../live.ts";
import { FirstFlow } from "../parts/first-flow.tsx";
import { flowPath } from "../parts/paths.ts";
import { useRecentRuns } from "../parts/runs/recent-runs.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { columnNames, narrowColumns, wideColumns } from "./columns.tsx";
import { fields, language } from "./fields.ts";
import { useDeploymentsOf } from "./use-deployments-of.ts";

type Sort = "name" | "last" | "next" | "changed" | "newest";

/** Sorts that a Prefect server has. */
const prefectSorts: Sorts<Sort> = [
  { value: "name", label: "Name" },
  { value: "changed", label: "Last changed" },
  { value: "newest", label: "Newest" },
];
const [byName, ...others] = prefectSorts;
const sorts: Sorts<Sort> = [
  byName,
  { value: "last", label: "Last run" },
  { value: "next", label: "Next run" },
  ...others,
];
const wireSort = {
  name: "NAME_ASC",
  last: "LAST_RUN_DESC",
  next: "NEXT_RUN_ASC",
  changed: "UPDATED_DESC",
  newest: "CREATED_DESC",
} as const satisfies Record<Sort, string>;

const itself = (flow: Flow) => flow;

/** All flows: a query, and the list itself. */
export function Page() {
  const isPraetor = useIsPraetor();
  const ownSorts = isPraetor ? sorts : prefectSorts;
  const [view, change] = useListView(ownSorts);
  const { q, sort } = view;
  useScopes([{ noun: "deployments" }]);
  const compiled = useCompiledQuery(q, fields);
  const input = useMemo(() => ({ ...compiled.server, sort: wireSort[sort] }), [compiled, sort]);
  const pages = usePages<Flow>({
    noun: "flows",
    input,
    read: (client, page, signal) => client.call(flows.filter, { ...input, ...page }, { signal }),
  });
  const list = useSteadyList(useClientFilter(pages, compiled.client, itself), `${sort} ${q}`);
  const total = useQuery(query(flows.count, {}));
  const recent = useRecentRuns(
    "flow",
    list.rows.map(({ id }) => id),
  );
  const deploymentsOf = useDeploymentsOf(pages.rows);
  return (
    <ListPage
      title="Flows"
      view={view}
      change={change}
      sorts={ownSorts}
      example="etl tag:prod deployed:yes"
      fields={fields}
      columns={columnNames}
      names={{ tag: pages.rows.flatMap(({ tags }) => tags).toSorted() }}
    >
      {(onQuery) => (
        <ListTable
          what="flow"
          title="Flows"
          columnList="flows"
          {...{ list, language, q, onQuery }}
          total={total.data}
          place={sort}
          pathOf={({ id }) => flowPath(id)}
          columns={({ rows, selection, isNarrow }) => {
            const onTag = (tag: string) => onQuery(withTerm(q, language, { key: "tag", value: tag }));
            const onSort = (next: Sort) => change({ sort: next });
            const order = { sort, onSort, first: "ascending" } as const;
            const context = {
              ...{ recent, deploymentsOf, onTag },
              select: selectColumn({ rows, selection, what: "flows" }),
              byName: headOrder<Sort>({ ...order, ascending: "name" }),
              byLast: isPraetor
                ? headOrder<Sort>({ ...order, descending: "last", first: "descending" })
                : undefined,
              byNext: isPraetor ? headOrder<Sort>({ ...order, ascending: "next" }) : undefined,
            };
            return isNarrow ? narrowColumns(context) : wideColumns(context);
          }}
          bulkBar={({ rows, selection, onActing }) => (
            <BulkBar {...{ selection, onActing, list }} loaded={rows.length} />
          )}
          empty={<FirstFlow title="No flows yet" />}
        />
      )}
    </ListPage>
  );
}
