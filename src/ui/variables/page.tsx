import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { Suspense, useMemo, useState } from "react";
import { type Variable, variables } from "../../schema/variables.ts";
import { query } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { toast } from "../kit/overlays/toast.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { headOrder } from "../kit/table/head-order.ts";
import { selectColumn } from "../kit/table/select-column.tsx";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { useListView } from "../lists/list-view.ts";
import { withTerm } from "../lists/query-text.ts";
import { useClientFilter } from "../lists/use-client-filter.ts";
import { useCompiledQuery } from "../lists/use-compiled-query.ts";
import { usePages } from "../lists/use-pages.ts";
import { useSteadyList } from "../lists/use-steady-list.ts";
import { useScopes } from "../live.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { columnNames, narrowColumns, wideColumns } from "./columns.tsx";
import { fields, language } from "./fields.ts";
import { FirstVariable } from "./first-variable.tsx";
import { type Opened, useOpened } from "./use-opened.ts";
import { type Sort, sorts, wireSort } from "./view.ts";

const NewDialog = lazyNamed(async () => (await import("./dialogs.tsx")).NewVariable);
const EditDialog = lazyNamed(async () => (await import("./dialogs.tsx")).EditVariable);
const DeleteVariables = lazyNamed(async () => (await import("./delete-variables.tsx")).DeleteVariables);

const itself = (variable: Variable) => variable;

/** All variables: a query, the list itself, and the one that is open beside it. */
export function Page() {
  const [view, change] = useListView(sorts);
  const { q, sort } = view;
  const opened = useOpened();
  useScopes([{ noun: "variables" }]);
  const compiled = useCompiledQuery(q, fields);
  const input = useMemo(
    () => ({ variables: compiled.server.variables, sort: wireSort[sort] }),
    [compiled, sort],
  );
  const pages = usePages<Variable>({
    noun: "variables",
    input,
    read: (client, page, signal) => client.call(variables.filter, { ...input, ...page }, { signal }),
  });
  const list = useSteadyList(useClientFilter(pages, compiled.client, itself), `${sort} ${q}`);
  const total = useQuery(query(variables.count, {}));
  useShortcuts([{ keys: "c", label: "New variable", group: "Variables", run: opened.create }]);
  return (
    <>
      <ListPage
        title="Variables"
        view={view}
        change={change}
        sorts={sorts}
        example="region tag:prod value:eu-west"
        fields={fields}
        columns={columnNames}
        names={{ tag: pages.rows.flatMap(({ tags }) => tags).toSorted() }}
        actions={<NewVariable onPress={opened.create} />}
      >
        {(onQuery) => (
          <ListTable
            what="variable"
            title="Variables"
            columnList="variables"
            {...{ list, language, q, onQuery }}
            total={total.data}
            place={sort}
            pathOf={opened.pathOf}
            columns={({ rows, selection, isNarrow }) => {
              const order = { sort, onSort: (next: Sort) => change({ sort: next }) };
              const context = {
                pathOf: opened.pathOf,
                onTag: (tag: string) => onQuery(withTerm(q, language, { key: "tag", value: tag })),
                byName: headOrder<Sort>({ ...order, ascending: "name", descending: "z", first: "ascending" }),
                byChange: headOrder<Sort>({ ...order, descending: "changed", first: "descending" }),
                select: selectColumn({ rows, selection, what: "variables" }),
              };
              return isNarrow ? narrowColumns(context) : wideColumns(context);
            }}
            bulkBar={({ rows, selection, onActing }) => (
              <BulkBar {...{ selection, onActing, list }} loaded={rows.length} />
            )}
            empty={<FirstVariable action={<NewVariable onPress={opened.create} />} />}
          />
        )}
      </ListPage>
      <Dialogs opened={opened} onDeleted={list.drop} />
    </>
  );
}

/** The variable that is open, or the question before it is deleted. */
function Dialogs({ opened, onDeleted }: { opened: Opened; onDeleted: (ids: readonly string[]) => void }) {
  const [deleting, setDeleting] = useState<Variable | null>(null);
  const { name } = opened;
  return (
    <Suspense fallback={null}>
      {name === "" && <NewDialog onClose={opened.close} />}
      {name && !deleting && (
        <EditDialog name={name} onClose={opened.close} onRenamed={opened.rename} onDelete={setDeleting} />
      )}
      {deleting && (
        <DeleteVariables
          targets={[deleting]}
          onClose={() => setDeleting(null)}
          onDone={(ids) => {
            if (ids.length === 0) return;
            toast.done(`Deleted ${deleting.name}`);
            setDeleting(null);
            onDeleted(ids);
            opened.close();
          }}
        />
      )}
    </Suspense>
  );
}

const NewVariable = ({ onPress }: { onPress: () => void }) => (
  <Button variant="primary" onClick={onPress}>
    <Plus size={13} />
    New variable
  </Button>
);
