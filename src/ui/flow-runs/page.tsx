import { Suspense, useCallback, useMemo, useRef, useState } from "react";
import { useIsPraetor } from "../api.ts";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { useShortcuts } from "../kit/shortcuts.ts";
import { SkeletonRows } from "../kit/skeleton.tsx";
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
import { useScopes } from "../live.ts";
import { useFlowNames } from "../parts/flow-names.ts";
import { usePageTitle } from "../parts/page-title.ts";
import { runSeconds } from "../parts/time/duration.tsx";
import { withZone } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";
import { Activity, Durations } from "./chart.tsx";
import { fieldsOf, type RunRow, withTerm } from "./fields.ts";
import { readGroupBy } from "./groups.ts";
import { isFlowRun, type ListInput, leavesOutAhead, listInput, type Run, runSource } from "./lists.ts";
import { PageActions } from "./page-actions.tsx";
import { RunTable } from "./run-table.tsx";
import { type Chart, type Sort, useView, type View } from "./view.ts";

const GroupedRuns = lazyNamed(async () => (await import("./grouped-runs.tsx")).GroupedRuns);

/** All runs: a query, where in time they lie, and the list itself, by groups or not. */
export function Page() {
  const [view, change] = useView();
  const { q, tab } = view;
  usePageTitle(q ? `Runs ${q}` : "Runs");
  useScopes(tab === "task-runs" ? [{ noun: "task-runs" }] : []);
  const { compiled, input, loaded, grouping } = useLoaded(view);
  const names = useFlowNames(idsOfFlows(loaded.rows));
  const list = useClientFilter(loaded, compiled.client, useRowOf(names.nameOf));
  const within = useWithin(q);
  const setQuery = useCallback((next: string) => change({ q: next }), [change]);
  const isFlowRuns = tab === "flow-runs";
  const hasDurations = isFlowRuns && !grouping;
  const chart = !hasDurations && view.chart === "durations" ? "activity" : view.chart;
  const leftOut = {
    isWithoutSubflows: isFlowRuns && readOption(q, fieldsOf[tab], "subflows") === "hidden",
    isWithoutAhead: isFlowRuns && leavesOutAhead(compiled.server),
  };
  const [opened] = useState(Date.now);
  const tags = useMemo(() => tagsOf(loaded.rows), [loaded.rows]);
  const isUnderstood = view.query.misunderstood.length === 0;
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
      actions={<PageActions {...{ view, chart, hasDurations, grouping, tags }} onChange={change} />}
    >
      <Filters view={view} flows={names.all} tags={tags} onQuery={setQuery} />
      {chart !== "none" && isUnderstood && (loaded.isPending || loaded.loaded > 0) && (
        <ChartPane
          chart={chart}
          isPartial={compiled.client.length > 0}
          list={input}
          bounds={grouping ? { since: opened - day, ...compiled } : compiled}
          runs={loaded.rows}
          onBrush={(from, to) => setQuery(within(from, to))}
        />
      )}
      <TabPanel value={tab}>
        {grouping ? (
          <Suspense fallback={<SkeletonRows rows={8} label="Counting runs" />}>
            <GroupedRuns
              {...{ view, grouping, change, ...leftOut }}
              list={input}
              isPartial={compiled.client.length > 0}
              onQuery={setQuery}
            />
          </Suspense>
        ) : (
          <RunTable
            {...{ view, list, change, ...leftOut }}
            all={compiled.client.length === 0 ? input : undefined}
            flowName={names.nameOf}
            onQuery={setQuery}
          />
        )}
      </TabPanel>
    </Tabs>
  );
}

/** What the chart of groups shows where the query names no time: no rows tell how far back they go. */
const day = 86_400_000;

interface FiltersProps {
  view: View;
  flows: readonly { name: string }[];
  /** Of the loaded runs. */
  tags: readonly string[];
  onQuery: (q: string) => void;
}

/** The query bar, and the menus that write into it. */
function Filters({ view, flows, tags, onQuery }: FiltersProps) {
  const { q, tab, language, states } = view;
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: "/", label: "Filter", group: "Runs", run: () => field.current?.focus() }]);
  const useTagChoices = useMemo(() => knownChoices(tags), [tags]);
  return (
    <>
      <QueryBar
        q={q}
        onChange={onQuery}
        what="runs"
        example="state:failed flow:etl since:24h"
        language={language}
        vocabulary={vocabularyOf(fieldsOf[tab], {
          states,
          names: { flow: flows.map(({ name }) => name), tag: tags },
        })}
        input={field}
      />
      <FilterControls
        q={q}
        onQuery={onQuery}
        fields={fieldsOf[tab]}
        language={language}
        choices={{ ...choices, tag: useTagChoices }}
      />
    </>
  );
}

/** What the query asks of the server, and what was loaded of it. */
function useLoaded(view: View) {
  const { q, tab } = view;
  const sort = useSort(view);
  const compiled = useCompiledQuery(q, fieldsOf[tab], view.states);
  const isPraetor = useIsPraetor();
  const input = useMemo(() => listInput(tab, sort, compiled, isPraetor), [tab, sort, compiled, isPraetor]);
  const grouping = useMemo(() => (isPraetor ? readGroupBy(view.group) : undefined), [isPraetor, view.group]);
  const isOff = grouping !== undefined;
  const source = useMemo(() => ({ ...runSource(input), isOff }), [input, isOff]);
  const loaded = useSearch(useHeadPages(source), input);
  return { compiled, input, loaded, grouping };
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
