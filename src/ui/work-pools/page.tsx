import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { workPools } from "../../schema/work-pools.ts";
import { query, useIsPraetor } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { useNavigate, useSearchParams } from "../kit/router.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { headOrder } from "../kit/table/head-order.ts";
import { selectColumn } from "../kit/table/select-column.tsx";
import { knownChoices } from "../lists/controls/choices.ts";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { useListView } from "../lists/list-view.ts";
import { withTerm } from "../lists/query-text.ts";
import { useClientFilter } from "../lists/use-client-filter.ts";
import { useCompiledQuery } from "../lists/use-compiled-query.ts";
import { useSteadyList } from "../lists/use-steady-list.ts";
import { newKey, newWorkPoolPath, poolPath } from "../parts/paths.ts";
import { useRecentRuns } from "../parts/runs/recent-runs.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { columnNames, narrowColumns, wideColumns } from "./columns.tsx";
import { fields, language, statusChoices } from "./fields.ts";
import { FirstPool } from "./first-pool.tsx";
import { type PoolRow, type Sort, sorts, usePools } from "./use-pools.ts";

const CreatePool = lazyNamed(async () => (await import("./create-pool.tsx")).CreatePool);

const itself = (row: PoolRow) => row;

/** All work pools, or a new one where the address asks for it. */
export function Page() {
  const [search] = useSearchParams();
  const wanted = search.get(newKey);
  return wanted === null ? <List /> : <CreatePool wanted={wanted} />;
}

/** A query, and the list itself. */
function List() {
  const navigate = useNavigate();
  const [view, change] = useListView(sorts);
  const { q, sort } = view;
  const hasWorkers = useIsPraetor();
  const compiled = useCompiledQuery(q, fields);
  const pages = usePools(compiled.server, sort);
  const list = useSteadyList(useClientFilter(pages, compiled.client, itself), `${sort} ${q}`);
  const total = useQuery(query(workPools.count, {}));
  const recent = useRecentRuns(
    "work-pool",
    list.rows.map(({ id }) => id),
  );
  const create = () => void navigate(newWorkPoolPath);
  useShortcuts([{ keys: "n", label: "New work pool", group: "Work pools", run: create }]);
  const button = (
    <Button variant="primary" onClick={create}>
      <Plus size={13} />
      New work pool
    </Button>
  );
  return (
    <ListPage
      title="Work pools"
      view={view}
      change={change}
      sorts={sorts}
      example="etl type:process status:ready"
      fields={fields}
      columns={columnNames}
      choices={{ status: knownChoices(statusChoices) }}
      names={{ type: pages.rows.map(({ pool }) => pool.type).toSorted() }}
      actions={button}
    >
      {(onQuery) => (
        <ListTable
          what="work pool"
          title="Work pools"
          columnList="work pools"
          {...{ list, language, q, onQuery }}
          total={total.data}
          place={sort}
          pathOf={({ name }) => poolPath(name)}
          columns={({ rows, selection, isNarrow }) => {
            const onType = (type: string) => onQuery(withTerm(q, language, { key: "type", value: type }));
            const onSort = (next: Sort) => change({ sort: next });
            const byName = headOrder<Sort>({ sort, onSort, ascending: "name", first: "ascending" });
            const select = selectColumn({ rows, selection, what: "work pools" });
            const context = { recent, onType, byName, select, hasWorkers };
            return isNarrow ? narrowColumns(context) : wideColumns(context);
          }}
          bulkBar={({ selection, onActing }) => <BulkBar {...{ selection, list, onActing }} />}
          empty={<FirstPool action={button} />}
        />
      )}
    </ListPage>
  );
}
