import { Plus } from "lucide-react";
import { Suspense, useMemo, useRef, useState } from "react";
import { Button } from "../kit/controls/button.tsx";
import { Select } from "../kit/controls/select.tsx";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { useSearchParams } from "../kit/router.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { knownChoices, useFlowChoices, usePoolChoices } from "../lists/controls/choices.ts";
import { FilterControls } from "../lists/controls/filter-controls.tsx";
import { QueryBar } from "../lists/query-bar.tsx";
import { vocabularyOf } from "../lists/query-fields.ts";
import { useCompiledQuery } from "../lists/use-compiled-query.ts";
import { ColumnsMenu } from "../lists/views/columns-menu.tsx";
import { ViewsMenu } from "../lists/views/views-menu.tsx";
import { useScopes } from "../live.ts";
import { usePageTitle } from "../parts/page-title.ts";
import { newKey } from "../parts/paths.ts";
import { columnNames } from "./columns.tsx";
import { fields, fireSpans, language } from "./fields.ts";
import type { ScheduleRow } from "./rows.ts";
import { type Opened, ScheduleDialogs } from "./schedule-dialogs.tsx";
import { ScheduleTable } from "./schedule-table.tsx";
import { useScheduleList } from "./use-schedule-list.ts";
import { sorts, useView, type View } from "./view.ts";

const WeekView = lazyNamed(async () => (await import("./week/week-view.tsx")).WeekView);

/** The schedules of all deployments: as a list, and as a week. */
export function Page() {
  const [view, change] = useView();
  const { q, tab } = view;
  usePageTitle(q ? `Schedules ${q}` : "Schedules");
  useScopes([{ noun: "deployments" }]);
  const list = useScheduleList(view, useCompiledQuery(q, fields));
  const [opened, setOpened] = useOpened();
  const field = useRef<HTMLInputElement>(null);
  const add = () => setOpened({ kind: "choose" });
  useShortcuts([
    { keys: "/", label: "Filter", group: "Schedules", run: () => field.current?.focus() },
    { keys: "a", label: "Add a schedule", group: "Schedules", run: add },
  ]);
  const names = useNames(list.rows);
  const choices = useMemo(() => choicesOf(names), [names]);
  return (
    <Tabs
      label="View of the schedules"
      value={tab}
      onChange={(next) => change({ tab: next })}
      lead={<h1 className="text-md font-strong">Schedules</h1>}
      tabs={[
        { value: "list", label: "List" },
        { value: "week", label: "Week" },
      ]}
      actions={<Actions view={view} change={change} onAdd={add} />}
    >
      <QueryBar
        q={q}
        onChange={(next) => change({ q: next })}
        what="schedules"
        example="flow:etl active:yes fires:24h"
        language={language}
        vocabulary={vocabularyOf(fields, { names })}
        input={field}
      />
      <FilterControls q={q} onQuery={(next) => change({ q: next })} {...{ fields, language, choices }} />
      <TabPanel value="list">
        <ScheduleTable {...{ view, change, list }} open={setOpened} />
      </TabPanel>
      <TabPanel value="week">
        <Suspense fallback={<SkeletonRows rows={8} label="Loading the week" />}>
          <WeekView list={list} />
        </Suspense>
      </TabPanel>
      <ScheduleDialogs opened={opened} setOpened={setOpened} onDeleted={list.drop} />
    </Tabs>
  );
}

/** The palette leads here with the wish to add a schedule in the address. */
function useOpened() {
  const [search, setSearch] = useSearchParams();
  const state = useState<Opened | null>(null);
  const [opened, setOpened] = state;
  if (opened || !search.has(newKey)) return state;
  return [
    { kind: "choose" },
    (next: Opened | null) => {
      setSearch(
        (old) => {
          const rest = new URLSearchParams(old);
          rest.delete(newKey);
          return rest;
        },
        { replace: true },
      );
      setOpened(next);
    },
  ] as const;
}

/** Names to complete, by the key of their field. */
const useNames = (rows: readonly ScheduleRow[]) =>
  useMemo(() => {
    const known = (of: (row: ScheduleRow) => readonly (string | null)[]) =>
      [...new Set(rows.flatMap(of))].filter((name) => name !== null).toSorted();
    return {
      flow: known((row) => [row.flow_name]),
      deployment: known((row) => [row.deployment_name]),
      tag: known((row) => row.tags),
      pool: known((row) => [row.work_pool_name]),
    };
  }, [rows]);

const choicesOf = ({ deployment, tag }: ReturnType<typeof useNames>) => ({
  flow: useFlowChoices,
  pool: usePoolChoices,
  deployment: knownChoices(deployment),
  tag: knownChoices(tag),
  active: knownChoices(["yes", "no"]),
  fires: knownChoices(fireSpans),
});

interface ActionsProps {
  view: View;
  change: (patch: Partial<View>) => void;
  onAdd: () => void;
}

function Actions({ view: { tab, sort }, change, onAdd }: ActionsProps) {
  return (
    <>
      <ViewsMenu list="schedules" />
      {tab === "list" && (
        <>
          <span className="max-md:hidden">
            <ColumnsMenu list="schedules" columns={columnNames} />
          </span>
          <Select label="Order" value={sort} onChange={(next) => change({ sort: next })} options={sorts} />
        </>
      )}
      <Button onClick={onAdd}>
        <Plus size={13} />
        <span className="max-md:sr-only">Add a schedule</span>
      </Button>
    </>
  );
}
