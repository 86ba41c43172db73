import { useMemo } from "react";
import type { Deployment } from "../../schema/deployments.ts";
import { useNow } from "../kit/now.ts";
import { headOrder } from "../kit/table/head-order.ts";
import { selectColumn } from "../kit/table/select-column.tsx";
import { ListTable } from "../lists/list-table.tsx";
import type { Pages } from "../lists/use-pages.ts";
import { deploymentPath } from "../parts/paths.ts";
import { nextFireOf } from "../parts/time/fires.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { narrowColumns, wideColumns } from "./columns.tsx";
import { FirstDeployment } from "./first-deployment.tsx";
import { type Key, language, withTerm } from "./query-language.ts";
import type { Sort, View } from "./view.ts";

interface Props {
  loaded: Pages<Deployment>;
  /** How many there are without the query. */
  total: number | undefined;
  view: View;
  flowName: (id: string) => string | undefined;
  onQuery: (q: string) => void;
  onSort: (sort: Sort) => void;
}

export function DeploymentTable({ loaded, total, view, flowName, onQuery, onSort }: Props) {
  const narrow = (key: Key, value: string) => onQuery(withTerm(view.q, key, value));
  return (
    <ListTable
      what="deployment"
      title="Deployments"
      loaded={loaded}
      sorted={useSorted(loaded.rows, view)}
      total={total}
      view={view}
      language={language}
      onQuery={onQuery}
      pathOf={deploymentPath}
      columns={({ rows, selection, recent, isNarrow }) => {
        const select = selectColumn({ rows, selection, what: "deployments" });
        const list = { sort: view.sort, onSort, first: "ascending" } as const;
        const byName = headOrder<Sort>({ ...list, ascending: "name" });
        const byNext = headOrder<Sort>({ ...list, ascending: "next" });
        const context = { flowName, recent, narrow, byName, byNext, select };
        return isNarrow ? narrowColumns(context) : wideColumns(context);
      }}
      bulkBar={({ rows, selection, admit }) => (
        <BulkBar selection={selection} loaded={rows.length} flowName={flowName} onDeleted={admit} />
      )}
      empty={<FirstDeployment />}
    />
  );
}

/** Only the dashboard knows when each fires next, so by that it sorts itself; those that never do come last. */
function useSorted(rows: readonly Deployment[], { sort }: View): readonly Deployment[] {
  const now = useNow(60);
  return useMemo(() => {
    if (sort !== "next") return rows;
    const times = new Map(rows.map((row) => [row.id, nextFireOf(row, now) ?? Number.POSITIVE_INFINITY]));
    const at = (row: Deployment) => times.get(row.id) ?? 0;
    return rows.toSorted((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
  }, [rows, sort, now]);
}
