import { useCallback, useMemo, useRef } from "react";
import { useIsPraetor } from "../api.ts";
import { Segmented } from "../kit/controls/segmented.tsx";
import { Select } from "../kit/controls/select.tsx";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import {
  knownChoices,
  useDeploymentChoices,
  useFlowChoices,
  usePoolChoices,
  useStateChoices,
} from "../lists/controls/choices.ts";
import { readOption } from "../lists/controls/controls.ts";
import { FilterControls } from "../lists/controls/filter-controls.tsx";
import { QueryBar } from "../lists/query-bar.tsx";
import { vocabularyOf } from "../lists/query-fields.ts";
import { useClientFilter } from "../lists/use-client-filter.ts";
import { useCompiledQuery } from "../lists/use-compiled-query.ts";
import { useHeadPages } from "../lists/use-head-pages.ts";
import { useSearch } from "../lists/use-search.ts";
import { ColumnsMenu } from "../lists/views/columns-menu.tsx";
import { ViewsMenu } from "../lists/views/views-menu.tsx";
import { useScopes } from "../live.ts";
import { useFlowNames } from "../parts/flow-names.ts";
import { usePageTitle } from "../parts/page-title.ts";
import { runSeconds } from "../parts/time/duration.tsx";
import { withZone } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";
import { Activity, Durations } from "./chart.tsx";
import { columnNames } from "./columns.tsx";
import { fieldsOf, type RunRow, withTerm } from "./fields.ts";
import { isFlowRun, type ListInput, leavesOutAhead, listInput, type Run, runSource } from "./lists.ts";
import { RunTable } from "./run-table.tsx";
import { type Chart, type Sort, useView, type View } from "./view.ts";

/** All runs: a query, where in time they lie, and the list itself. */
export function Page() {
  const [view, change] = useView();
  const { q, tab, language } = view;
  usePageTitle(q ? `Runs ${q}` : "Runs");
  useScopes(tab === "task-runs" ? [{ noun: "task-runs" }] : []);
  const { compiled, input, loaded } = useLoaded(view);
  const names = useFlowNames(idsOfFlows(loaded.rows));
  const list = useClientFilter(loaded, compiled.client, useRowOf(names.nameOf));
  const within = useWithin(q);
  const field = useRef<HTMLInputElement>(null);
  const setQuery = useCallback((next: string) => change({ q: next }), [change]);
  useShortcuts([{ keys: "/", label: "Filter", group: "Runs", run: () => field.current?.focus() }]);
  const useTagChoices = useMemo(() => knownChoices(tagsOf(loaded.rows)), [loaded.rows]);
  const chart = tab === "task-runs" && view.chart === "durations" ? "activity" : view.chart;
  return (
    <Tabs
      label="Kind of run"
      value={tab}
      onChange={(next) => change({ tab: next })}
      lead={<h1 className="text-md font-strong">Runs</h1>}
      tabs={[
        { value: "flow-runs", label: "Flow runs" },
        { value: "task-runs", label: "Task runs" },
      ]}
      actions={<Choices sort={view.sort} chart={chart} isTasks={tab === "task-runs"} onChange={change} />}
    >
      <QueryBar
        q={q}
        onChange={setQuery}
        what="runs"
        example="state:failed flow:etl since:24h"
        language={language}
        vocabulary={vocabularyOf(fieldsOf[tab], {
          states: view.states,
          names: { flow: names.all.map(({ name }) => name), tag: tagsOf(loaded.rows) },
        })}
        input={field}
      />
      <FilterControls
        q={q}
        onQuery={setQuery}
        fields={fieldsOf[tab]}
        language={language}
        choices={{ ...choices, tag: useTagChoices }}
      />
      {chart !== "none" &&
        view.query.misunderstood.length === 0 &&
        (loaded.isPending || loaded.loaded > 0) && (
          <ChartPane
            chart={chart}
            isPartial={compiled.client.length > 0}
            list={input}
            bounds={compiled}
            runs={loaded.rows}
            onBrush={(from, to) => setQuery(within(from, to))}
          />
        )}
      <TabPanel value={tab}>
        <RunTable
          {...{ view, list, change }}
          all={compiled.client.length === 0 ? input : undefined}
          isWithoutSubflows={tab === "flow-runs" && readOption(q, fieldsOf[tab], "subflows") === "hidden"}
          isWithoutAhead={tab === "flow-runs" && leavesOutAhead(compiled.server)}
          flowName={names.nameOf}
          onQuery={setQuery}
        />
      </TabPanel>
    </Tabs>
  );
}

/** What the query asks of the server, and what was loaded of it. */
function useLoaded(view: View) {
  const { q, tab } = view;
  const sort = useSort(view);
  const compiled = useCompiledQuery(q, fieldsOf[tab], view.states);
  const isPraetor = useIsPraetor();
  const input = useMemo(() => listInput(tab, sort, compiled, isPraetor), [tab, sort, compiled, isPraetor]);
  const loaded = useSearch(useHeadPages(useMemo(() => runSource(input), [input])), input);
  return { compiled, input, loaded };
}

/** A Prefect server cannot sort flow runs by duration. */
const useSort = ({ sort, tab }: Pick<View, "sort" | "tab">): Sort =>
  !useIsPraetor() && tab === "flow-runs" && (sort === "longest" || sort === "shortest") ? "newest" : sort;

/** The query narrowed to a stretch of time, in the time zone of the settings. */
function useWithin(q: string) {
  const { zone } = useSettings();
  return (from: number, to: number) =>
    withTerm(withTerm(q, "since", withZone(from, zone)), "until", withZone(to, zone));
}

const choices = {
  state: useStateChoices,
  flow: useFlowChoices,
  deployment: useDeploymentChoices,
  pool: usePoolChoices,
};
const idsOfFlows = (runs: readonly Run[]) => runs.flatMap((run) => (isFlowRun(run) ? [run.flow_id] : []));
const tagsOf = (runs: readonly Run[]) => [...new Set(runs.flatMap((run) => run.tags))].toSorted();

/** What client filters see of a run. */
const useRowOf = (flowName: (id: string) => string | undefined) =>
  useCallback(
    (run: Run): RunRow => ({
      ...{ name: run.name, tags: run.tags, state: run.state_name ?? undefined },
      seconds: runSeconds(run, Date.now()),
      message: run.state?.message ?? "",
      parameters: isFlowRun(run) ? (run.parameters ?? {}) : {},
      flow: isFlowRun(run) ? flowName(run.flow_id) : undefined,
      version: isFlowRun(run) ? (run.flow_version ?? "") : undefined,
    }),
    [flowName],
  );

interface ChartPaneProps {
  chart: Exclude<Chart, "none">;
  /** Some conditions are not the server's, which the chart asks. */
  isPartial: boolean;
  list: ListInput;
  bounds: { since?: number; until?: number };
  runs: readonly Run[];
  onBrush: (from: number, to: number) => void;
}

function ChartPane({ chart, isPartial, onBrush, ...input }: ChartPaneProps) {
  return (
    <div className="relative border-b px-3 pt-2">
      {isPartial && (
        <p className="absolute top-1 right-3 z-10 text-xs text-faint">
          The chart ignores conditions that the dashboard filters by
        </p>
      )}
      {chart === "activity" ? <Activity {...input} onBrush={onBrush} /> : <Durations {...input} />}
    </div>
  );
}

interface ChoicesProps {
  sort: Sort;
  chart: Chart;
  isTasks: boolean;
  onChange: (patch: { sort?: Sort; chart?: Chart }) => void;
}

function Choices({ sort, chart, isTasks, onChange }: ChoicesProps) {
  const canSortByDuration = useIsPraetor() || isTasks;
  const tab = isTasks ? "task-runs" : "flow-runs";
  return (
    <>
      <ViewsMenu list="runs" />
      <span className="max-md:hidden">
        <ColumnsMenu key={tab} list={tab} columns={columnNames[tab]} hasParameters={!isTasks} />
      </span>
      <Segmented
        label="Chart"
        value={chart}
        onChange={(next) => onChange({ chart: next })}
        options={[
          { value: "activity", label: "Activity" },
          ...(isTasks ? [] : [{ value: "durations", label: "Durations" } as const]),
          { value: "none", label: "None" },
        ]}
      />
      <Select
        label="Order"
        value={sort}
        onChange={(next) => onChange({ sort: next })}
        options={[
          { value: "newest", label: "Newest" },
          { value: "oldest", label: "Oldest" },
          { value: "ended", label: "Last ended" },
          ...(canSortByDuration
            ? [
                { value: "longest", label: "Longest" } as const,
                { value: "shortest", label: "Shortest" } as const,
              ]
            : []),
          { value: "name", label: "Name" },
        ]}
      />
    </>
  );
}
