import { BellPlus, Plus } from "lucide-react";
import { useCallback, useMemo } from "react";
import { type Automation, automations } from "../../schema/automations.ts";
import { Button } from "../kit/controls/button.tsx";
import { useNavigate } from "../kit/router.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { headOrder } from "../kit/table/head-order.ts";
import { selectColumn } from "../kit/table/select-column.tsx";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { type Sorts, useListView } from "../lists/list-view.ts";
import { useClientFilter } from "../lists/use-client-filter.ts";
import { useCompiledQuery } from "../lists/use-compiled-query.ts";
import { usePages } from "../lists/use-pages.ts";
import { useSteadyList } from "../lists/use-steady-list.ts";
import { useScopes } from "../live.ts";
import { automationPath, newAutomationPath, newNotificationPath } from "../parts/paths.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { columnNames, narrowColumns, wideColumns } from "./columns.tsx";
import { fields, language, withTerm } from "./fields.ts";
import { FirstAutomation } from "./first-automation.tsx";
import { actionWords } from "./model/action-words.ts";
import { triggerWords } from "./model/trigger-words.ts";
import { useFirings } from "./use-firings.ts";
import { useLateEvents } from "./use-late-events.ts";
import { resourcesOf, useNames } from "./use-names.ts";

type Sort = "name" | "changed" | "newest";

const sorts: Sorts<Sort> = [
  { value: "name", label: "Name" },
  { value: "changed", label: "Last changed" },
  { value: "newest", label: "Newest" },
];
const wireSort = {
  name: "NAME_ASC",
  changed: "UPDATED_DESC",
  newest: "CREATED_DESC",
} as const satisfies Record<Sort, string>;

/** All automations: a query, and the list itself. */
export function Page() {
  const [view, change] = useListView(sorts);
  const { q, sort } = view;
  useScopes([{ noun: "automations" }]);
  useLateEvents();
  const compiled = useCompiledQuery(q, fields);
  const input = useMemo(() => ({ sort: wireSort[sort] }), [sort]);
  const pages = usePages<Automation>({
    noun: "automations",
    input,
    read: (client, page, signal) => client.call(automations.filter, { ...input, ...page }, { signal }),
  });
  const resources = useMemo(() => pages.rows.flatMap(resourcesOf), [pages.rows]);
  const nameOf = useNames(resources);
  const wordsOf = useCallback(
    (automation: Automation) => ({
      automation,
      trigger: triggerWords(automation.trigger, nameOf),
      actions: [...automation.actions, ...automation.actions_on_trigger].map((action) =>
        actionWords(action, nameOf),
      ),
    }),
    [nameOf],
  );
  const list = useSteadyList(useClientFilter(pages, compiled.client, wordsOf), `${sort} ${q}`);
  const firings = useFirings();
  return (
    <ListPage
      title="Automations"
      {...{ view, change, sorts, fields }}
      example="enabled:no tag:prod action:run"
      columns={columnNames}
      names={{ tag: pages.rows.flatMap(({ tags }) => tags).toSorted(), enabled: ["yes", "no"] }}
      actions={<NewButtons />}
    >
      {(onQuery) => (
        <ListTable
          what="automation"
          title="Automations"
          columnList="automations"
          {...{ list, language, q, onQuery }}
          total={pages.hasMore ? undefined : pages.loaded}
          place={sort}
          pathOf={({ id }) => automationPath(id)}
          columns={({ rows, selection, isNarrow }) => {
            const onSort = (next: Sort) => change({ sort: next });
            const context = {
              ...{ wordsOf, firings },
              byName: headOrder<Sort>({ sort, onSort, ascending: "name", first: "ascending" }),
              onTag: (tag: string) => onQuery(withTerm(q, "tag", tag)),
              select: selectColumn({ rows, selection, what: "automations" }),
            };
            return isNarrow ? narrowColumns(context) : wideColumns(context);
          }}
          bulkBar={({ rows, selection, onActing }) => (
            <BulkBar {...{ selection, onActing, list }} loaded={rows.length} />
          )}
          empty={<FirstAutomation />}
        />
      )}
    </ListPage>
  );
}

function NewButtons() {
  const navigate = useNavigate();
  const toNew = () => void navigate(newAutomationPath());
  useShortcuts([{ keys: "n", label: "New automation", group: "Automations", run: toNew }]);
  return (
    <>
      <Button onClick={() => void navigate(newNotificationPath())} aria-label="New notification">
        <BellPlus size={13} />
        <span className="max-md:hidden">New notification</span>
      </Button>
      <Button variant="primary" onClick={toNew} aria-label="New automation">
        <Plus size={13} />
        <span className="max-md:hidden">New automation</span>
      </Button>
    </>
  );
}
