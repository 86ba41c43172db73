import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Flow, flows } from "../../schema/flows.ts";
import { query } from "../api.ts";
import { headOrder } from "../kit/table/head-order.ts";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { type ListView, type Sorts, useListView } from "../lists/list-view.ts";
import { usePages } from "../lists/use-pages.ts";
import { useScopes } from "../live.ts";
import { FirstFlow } from "../parts/first-flow.tsx";
import { flowPath } from "../parts/paths.ts";
import { narrowColumns, wideColumns } from "./columns.tsx";
import { language, mean, vocabulary, withTerm } from "./query-language.ts";
import { useDeploymentsOf } from "./use-deployments-of.ts";

type Sort = "name" | "changed" | "newest";

const sorts: Sorts<Sort> = [
  { value: "name", label: "Name" },
  { value: "changed", label: "Last changed" },
  { value: "newest", label: "Newest" },
];

/** All flows: a query, and the list itself. */
export function Page() {
  const [view, change] = useListView(sorts);
  useScopes([{ noun: "deployments" }]);
  const loaded = useFlows(view);
  const total = useQuery(query(flows.count, {}));
  const deploymentsOf = useDeploymentsOf(loaded.rows);
  return (
    <ListPage
      title="Flows"
      view={view}
      change={change}
      sorts={sorts}
      example="etl tag:prod deployed:yes"
      language={language}
      vocabulary={vocabulary(loaded.rows.flatMap((row) => row.tags))}
    >
      {(onQuery) => (
        <ListTable
          key={`${view.sort} ${view.q}`}
          what="flow"
          title="Flows"
          loaded={loaded}
          total={total.data}
          view={view}
          language={language}
          onQuery={onQuery}
          pathOf={flowPath}
          columns={({ recent, isNarrow }) => {
            const onTag = (tag: string) => onQuery(withTerm(view.q, "tag", tag));
            const onSort = (sort: Sort) => change({ sort });
            const byName = headOrder<Sort>({
              sort: view.sort,
              onSort,
              ascending: "name",
              first: "ascending",
            });
            const context = { recent, deploymentsOf, onTag, byName };
            return isNarrow ? narrowColumns(context) : wideColumns(context);
          }}
          empty={<FirstFlow title="There is no flow yet" />}
        />
      )}
    </ListPage>
  );
}

const wireSort = {
  name: "NAME_ASC",
  changed: "UPDATED_DESC",
  newest: "CREATED_DESC",
} as const satisfies Record<Sort, string>;

function useFlows({ q, sort }: ListView<Sort>) {
  const input = useMemo(() => ({ ...mean(q), sort: wireSort[sort] }), [q, sort]);
  return usePages<Flow>({
    noun: "flows",
    input,
    read: (client, page, signal) => client.call(flows.filter, { ...input, ...page }, { signal }),
  });
}
