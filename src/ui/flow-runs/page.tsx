import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { flowRuns } from "../../schema/flow-runs.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { query, useIsPraetor } from "../api.ts";
import { Segmented } from "../kit/controls/segmented.tsx";
import { Select } from "../kit/controls/select.tsx";
import { TabPanel, Tabs } from "../kit/controls/tabs.tsx";
import { useShortcuts } from "../kit/shortcuts.ts";
import { QueryBar } from "../lists/query-bar.tsx";
import { useScopes } from "../live.ts";
import { useFlowNames } from "../parts/flow-names.ts";
import { usePageTitle } from "../parts/page-title.ts";
import { withZone } from "../parts/time/times.ts";
import { useSettings } from "../settings.ts";
import { Activity, Durations } from "./chart.tsx";
import { isFlowRun, leavesOutAhead, listInput, notAhead, type Run } from "./lists.ts";
import { mean, withTerm } from "./query-language.ts";
import { RunTable } from "./run-table.tsx";
import { vocabulary } from "./suggestions.ts";
import { useRunList } from "./use-run-list.ts";
import { useSifted } from "./use-sifted.ts";
import { type Chart, type Sort, useView, type View } from "./view.ts";

/** All runs: a query, where in time they lie, and the list itself. */
export function Page() {
  const [view, change] = useView();
  usePageTitle(view.q ? `Runs ${view.q}` : "Runs");
  const { zone } = useSettings();
  const meaning = useMeaning(view, zone);
  const list = useMemo(() => listInput(view.tab, view.sort, meaning), [view.tab, view.sort, meaning]);
  useScopes(view.tab === "task-runs" ? [{ noun: "task-runs" }] : []);
  const [mayMove, setMayMove] = useState(true);
  const loaded = useRunList(list, mayMove);
  const names = useFlowNames(idsOfFlows(loaded.runs));
  const runs = useSifted(loaded, meaning, names.nameOf);
  const isWithoutAhead = view.tab === "flow-runs" && leavesOutAhead(meaning);
  const total = useTotal(view.tab, isWithoutAhead);
  const field = useRef<HTMLInputElement>(null);
  const setQuery = useCallback((q: string) => change({ q }), [change]);
  useShortcuts([{ keys: "/", label: "Filter", group: "Runs", run: () => field.current?.focus() }]);

  const brush = (from: number, to: number) => setQuery(within(view.q, { from, to, zone }));
  const tags = [...new Set(loaded.runs.flatMap((run) => run.tags))].toSorted();
  const chart = view.tab === "task-runs" && view.chart === "durations" ? "activity" : view.chart;
  return (
    <Tabs
      label="Kind of run"
      value={view.tab}
      onChange={(tab) => change({ tab })}
      lead={<h1 className="text-md font-strong">Runs</h1>}
      tabs={[
        { value: "flow-runs", label: "Flow runs" },
        { value: "task-runs", label: "Task runs" },
      ]}
      actions={
        <Choices sort={view.sort} chart={chart} isTasks={view.tab === "task-runs"} onChange={change} />
      }
    >
      <QueryBar
        q={view.q}
        onChange={setQuery}
        what="runs"
        example="state:failed flow:etl since:24h"
        language={view.language}
        vocabulary={vocabulary({ flows: names.all.map(({ name }) => name), tags, states: view.states ?? [] })}
        input={field}
      />
      {chart !== "none" &&
        view.query.misunderstood.length === 0 &&
        (loaded.isPending || loaded.runs.length > 0) && (
          <div className="relative border-b px-3 pt-2">
            {meaning.sift.length > 0 && (
              <p className="absolute top-1 right-3 z-10 text-xs text-faint">
                The chart ignores dur, param, err and conditions with a minus
              </p>
            )}
            {chart === "activity" ? (
              <Activity list={list} meaning={meaning} runs={loaded.runs} onBrush={brush} />
            ) : (
              <Durations list={list} meaning={meaning} runs={loaded.runs} />
            )}
          </div>
        )}
      <TabPanel value={view.tab}>
        <RunTable
          key={`${view.tab} ${view.sort} ${view.q}`}
          loaded={loaded}
          runs={runs}
          all={meaning.sift.length === 0 ? list : undefined}
          total={total}
          onShowAhead={isWithoutAhead ? () => setQuery(`${view.q} state:scheduled`.trim()) : undefined}
          view={view}
          flowName={names.nameOf}
          onQuery={setQuery}
          change={change}
          onMayMove={setMayMove}
        />
      </TabPanel>
    </Tabs>
  );
}

const useMeaning = ({ query, states }: View, zone: string) =>
  useMemo(() => mean(query, Date.now(), { states, zone }), [query, states, zone]);

const within = (q: string, { from, to, zone }: { from: number; to: number; zone: string }) =>
  withTerm(withTerm(q, "since", withZone(from, zone)), "until", withZone(to, zone));
const idsOfFlows = (runs: readonly Run[]) => runs.flatMap((run) => (isFlowRun(run) ? [run.flow_id] : []));

/** How many runs there are without any filter, so that the page can say how many are hidden. */
function useTotal(tab: "flow-runs" | "task-runs", isWithoutAhead: boolean): number | undefined {
  // Counting all is cheap on our server; elsewhere it may be slow, so it is not repeated there.
  const live = useIsPraetor() ? {} : { meta: { live: "none" } };
  const counted = isWithoutAhead ? { flow_runs: { state: notAhead } } : {};
  const flows = useQuery({ ...query(flowRuns.count, counted), ...live, enabled: tab === "flow-runs" });
  const tasks = useQuery({ ...query(taskRuns.count, {}), ...live, enabled: tab === "task-runs" });
  return tab === "flow-runs" ? flows.data : tasks.data;
}

interface ChoicesProps {
  sort: Sort;
  chart: Chart;
  isTasks: boolean;
  onChange: (patch: { sort?: Sort; chart?: Chart }) => void;
}

function Choices({ sort, chart, isTasks, onChange }: ChoicesProps) {
  return (
    <>
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
          { value: "name", label: "Name" },
        ]}
      />
    </>
  );
}
