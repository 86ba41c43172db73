import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { StateCondition } from "../../schema/filter.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import type { PausedRun, WaitingGroup } from "../../schema/overview.ts";
import { timestamp } from "../../schema/scalars.ts";
import { query } from "../api.ts";
import type { NowFigures, NowSource, NowWindow } from "./figures.ts";
import { ranges, type View } from "./view.ts";

const page = 200;
const hourMs = 3_600_000;

/** Has begun or should have, and has not ended. */
const unfinished: StateCondition = {
  operator: "or_",
  type: { any_: ["RUNNING", "PENDING", "PAUSED", "CANCELLING"] },
  name: { any_: ["Late", "AwaitingRetry", "AwaitingConcurrencySlot"] },
};

/** What can be known of a Prefect server: the newest 200 runs that have not ended, history, and what comes next. */
export function usePrefectOverview(view: View, window: NowWindow, enabled: boolean): NowSource {
  const tags = view.tags.length > 0 ? { tags: { all_: [...view.tags] } } : {};
  const counted = { ...tags, ...(!view.subflows && { parent_task_run_id: { is_null_: true } }) };
  const common = { enabled, placeholderData: <T>(previous: T | undefined) => previous };
  const [opened] = useState(Date.now);
  const history = useQuery({
    ...query(flowRuns.history, {
      flow_runs: counted,
      history_start: timestamp(window.from),
      history_end: timestamp(window.to),
      history_interval_seconds: ranges[view.range].step / 1000,
    }),
    ...common,
  });
  const open = useQuery({
    ...query(flowRuns.filter, { flow_runs: { ...tags, state: unfinished }, sort: "START_TIME_DESC" }),
    ...common,
  });
  const next = useQuery({
    ...query(flowRuns.filter, {
      flow_runs: {
        ...counted,
        state: { type: { any_: ["SCHEDULED"] } },
        next_scheduled_start_time: { after_: timestamp(opened), before_: timestamp(opened + hourMs) },
      },
      sort: "NEXT_SCHEDULED_START_TIME_ASC",
      limit: 100,
    }),
    ...common,
  });
  const names = useQuery({ ...query(flows.filter, { limit: page }), enabled, staleTime: 60_000 });
  const data = useMemo((): NowFigures | undefined => {
    if (!history.data || !open.data || !next.data || !names.data) return undefined;
    return figuresOf({
      ...{ history: history.data, open: open.data, next: next.data, names: names.data },
      subflows: view.subflows,
    });
  }, [history.data, open.data, next.data, names.data, view.subflows]);
  const all = [history, open, next, names];
  const failed = all.find((one) => one.isError);
  return {
    data,
    error: failed?.error,
    isPending: data === undefined,
    isError: failed !== undefined,
    refetch: () => Promise.all(all.filter((one) => one.isError).map((one) => one.refetch())),
  };
}

interface Known {
  history: NowFigures["history"];
  open: readonly FlowRun[];
  next: readonly FlowRun[];
  names: readonly { id: string; name: string }[];
  subflows: boolean;
}

const shownRunning = 10;
const shownPaused = 20;
const shownUpcoming = 8;

function figuresOf({ history, open, next, names, subflows }: Known): NowFigures {
  const running = open
    .filter((run) => run.state_type === "RUNNING" && (subflows || run.parent_task_run_id === null))
    .toReversed();
  const paused = open.filter((run) => run.state_type === "PAUSED");
  const waiting = open.filter((run) => isWaiting(run));
  const is_partial = open.length === page;
  return {
    ...{ is_empty: names.length === 0, history },
    ...{ failed_before: null, loads: null, usually_running: null, full_limits: null, silent_workers: null },
    running: { count: running.length, runs: running.slice(0, shownRunning), durations: [] },
    paused: { count: paused.length, runs: paused.slice(0, shownPaused).map(askingOf) },
    waiting: { count: waiting.length, is_partial, groups: groupsOf(waiting) },
    upcoming: {
      ...{ count: next.length, is_partial: next.length === 100 },
      runs: next.filter((run) => run.state_type === "SCHEDULED").slice(0, shownUpcoming),
    },
    flows: Object.fromEntries(names.map(({ id, name }) => [id, name])),
  };
}

const isWaiting = ({ state_type, state_name }: FlowRun): boolean =>
  state_type === "PENDING" ||
  state_type === "CANCELLING" ||
  (state_type === "SCHEDULED" && state_name !== "Scheduled");

/** Its form is read when somebody answers. */
const askingOf = (run: FlowRun): PausedRun => ({
  run,
  form: run.state?.state_details.run_input_keyset?.schema ? { schema: null, description: null } : null,
});

/** By state, and late runs by the work pool they wait in. */
function groupsOf(runs: readonly FlowRun[]): WaitingGroup[] {
  const groups = Map.groupBy(runs, (run) => JSON.stringify([run.state_name, poolOf(run)]));
  return [...groups.values()].flatMap((members) => {
    const [oldest] = members.toSorted((a, b) => (sinceOf(a) < sinceOf(b) ? -1 : 1));
    if (!oldest) return [];
    const { id, name, state_type, state_name } = oldest;
    const since = sinceOf(oldest);
    return [
      {
        ...{ gate: null, state_name: nameOf(oldest), count: members.length, since },
        oldest: { kind: "flow-run" as const, id, name, flow_run_id: null, state_type, state_name, since },
      },
    ];
  });
}

const poolOf = (run: FlowRun): string | null => (run.state_name === "Late" ? run.work_pool_name : null);
const nameOf = (run: FlowRun): string | null => {
  const pool = poolOf(run);
  return pool === null ? run.state_name : `${run.state_name} in work pool ${pool}`;
};
const sinceOf = (run: FlowRun): string =>
  (run.state_name === "Late" && run.next_scheduled_start_time) || run.state?.timestamp || "";
