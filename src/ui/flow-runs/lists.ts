import type { Client } from "../../client/client.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { runSearch } from "../../schema/run-search.ts";
import { type TaskRun, taskRuns } from "../../schema/task-runs.ts";
import type { CompiledQuery, ServerFilter } from "../lists/compile-query.ts";
import type { Cursor, Order, Page } from "../lists/head-changes.ts";
import type { HeadSource } from "../lists/use-head-pages.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import type { Sort, Tab } from "./view.ts";

export type Run = FlowRun | TaskRun;
export const isFlowRun = (run: Run): run is FlowRun => "flow_id" in run;
export const isTaskRun = (run: Run): run is TaskRun => !isFlowRun(run);

/** When a run began or should have begun: what lists are sorted by. */
export const beganAt = (run: Run): string | null =>
  isFlowRun(run) ? (run.start_time ?? run.expected_start_time) : run.expected_start_time;

const pageSize = 100;

/** What one list asks for; identifies it in the cache. */
export interface ListInput {
  tab: Tab;
  sort: Sort;
  filter: ServerFilter;
  /** No index has what is asked for: our server looks for it, for as long as a request may. */
  isSearch?: true;
}

const flowRunSort = {
  newest: "START_TIME_DESC",
  oldest: "START_TIME_ASC",
  name: "NAME_ASC",
  ended: "END_TIME_DESC",
  longest: "DURATION_DESC",
  shortest: "DURATION_ASC",
} as const satisfies Record<Sort, string>;
const taskRunSort = {
  newest: "EXPECTED_START_TIME_DESC",
  oldest: "EXPECTED_START_TIME_ASC",
  name: "NAME_ASC",
  ended: "END_TIME_DESC",
  longest: "DURATION_DESC",
  shortest: "DURATION_ASC",
} as const satisfies Record<Sort, string>;

/** What a compiled query asks of the API, for either tab. */
export function listInput(
  tab: Tab,
  sort: Sort,
  { server }: Pick<CompiledQuery<never>, "server">,
  isPraetor = false,
): ListInput {
  const list = { tab, sort, ...(isPraetor && isSearched(sort, server) ? ({ isSearch: true } as const) : {}) };
  if (tab !== "flow-runs" || !leavesOutAhead(server)) return { ...list, filter: server };
  return { ...list, filter: { ...server, flow_runs: { ...server.flow_runs, state: notAhead } } };
}

const isSearched = (sort: Sort, { flow_runs, task_runs }: ServerFilter): boolean =>
  isSearchSort(sort) && !!(flow_runs?.praetor ?? task_runs?.praetor ?? flow_runs?.flow_version);

/** The same list with another filter, of our server. */
export const narrowedInput = ({ tab, sort }: ListInput, filter: ServerFilter): ListInput => ({
  ...{ tab, sort, filter },
  ...(isSearched(sort, filter) ? ({ isSearch: true } as const) : {}),
});

export const pathOf = (run: Run): string =>
  isFlowRun(run)
    ? runPath({ kind: "flow-run", id: run.id })
    : runPath({ kind: "task-run", id: run.id, flowRunId: run.flow_run_id });

/**
 * Runs that schedules have created ahead of their time would stand before everything that has happened. Whoever asks
 * for a state, a run, or a time to come gets them.
 */
export const leavesOutAhead = ({ flow_runs: asked }: ServerFilter): boolean =>
  !asked?.state && !asked?.id && !asked?.name && !asked?.start_time?.before_;
export const notAhead = { name: { not_any_: ["Scheduled"] } };

/** The list as `useHeadPages` reads it. */
export const runSource = (list: ListInput): HeadSource<Run> => ({
  noun: list.tab,
  input: list,
  pageSize,
  order: orders[list.sort],
  read: (client, cursor, signal) => readPage(client, list, cursor, signal),
  ...(list.isSearch ? { readHead: (client: Client) => search(client, { ...list, patience: 60 }, null) } : {}),
});

const pastOf = (cursor: Cursor | null): number => (cursor && "past" in cursor ? cursor.past : 0);

/** Without filters that ask for nothing. */
function withConditions<T extends Record<string, object>>(record: T): Partial<T> {
  const entries = Object.entries(record).filter(([, value]) => Object.keys(value).length > 0);
  return Object.fromEntries(entries) as Partial<T>;
}

/** Reads one page. Lists by time go on from an instant, which costs the same at every depth. */
export async function readPage(
  client: Client,
  list: ListInput,
  cursor: Cursor | null,
  signal?: AbortSignal,
): Promise<Page<Run>> {
  if (list.isSearch) return search(client, list, cursor, signal);
  const results = await readRows(client, list, cursor, signal);
  const last = results.at(-1);
  if (results.length < pageSize || !last) return { results, next: null };
  const at = beganAt(last);
  const byTime = list.sort === "newest" || list.sort === "oldest";
  if (!byTime || !at) return { results, next: { past: pastOf(cursor) + pageSize } };
  const same = results.filter((run) => beganAt(run) === at).length;
  const before = cursor && "at" in cursor && cursor.at === at ? cursor.past : 0;
  return { results, next: { at, past: before + same } };
}

const searchSort = {
  newest: { flowRuns: "START_TIME_DESC", taskRuns: "EXPECTED_START_TIME_DESC" },
  oldest: { flowRuns: "START_TIME_ASC", taskRuns: "EXPECTED_START_TIME_ASC" },
  name: { flowRuns: "NAME_ASC", taskRuns: "NAME_ASC" },
  ended: { flowRuns: "END_TIME_DESC", taskRuns: "END_TIME_DESC" },
} as const satisfies Partial<Record<Sort, object>>;
const isSearchSort = (sort: Sort): sort is keyof typeof searchSort => sort in searchSort;

async function search(
  client: Client,
  { tab, sort, filter, patience }: ListInput & { patience?: number },
  cursor: Cursor | null,
  signal?: AbortSignal,
): Promise<Page<Run>> {
  const sorts = searchSort[isSearchSort(sort) ? sort : "newest"];
  const after = {
    ...(cursor && "after" in cursor ? { after: cursor.after } : {}),
    ...(patience === undefined ? {} : { patience }),
  };
  const options = signal ? { signal } : {};
  const { work_pool_queues: _, ...taskFilter } = filter;
  const { results, next, searched } =
    tab === "flow-runs"
      ? await client.call(runSearch.flowRuns, { ...filter, ...after, sort: sorts.flowRuns }, options)
      : await client.call(runSearch.taskRuns, { ...taskFilter, ...after, sort: sorts.taskRuns }, options);
  return { results, searched, next: next && { after: next } };
}

async function readRows(
  client: Client,
  list: ListInput,
  cursor: Cursor | null,
  signal: AbortSignal | undefined,
): Promise<Run[]> {
  const shared = { ...list.filter, limit: pageSize, offset: pastOf(cursor) };
  const options = signal ? { signal } : {};
  const bound =
    cursor && "at" in cursor ? { [list.sort === "newest" ? "before_" : "after_"]: cursor.at } : {};
  if (list.tab === "flow-runs") {
    const { flow_runs: own } = list.filter;
    const flow_runs = { ...own, ...withConditions({ start_time: { ...own?.start_time, ...bound } }) };
    const input = { ...shared, ...withConditions({ flow_runs }), sort: flowRunSort[list.sort] };
    return client.call(flowRuns.filter, input, options);
  }
  const { task_runs: own } = list.filter;
  const task_runs = {
    ...own,
    ...withConditions({ expected_start_time: { ...own?.expected_start_time, ...bound } }),
  };
  const input = { ...shared, ...withConditions({ task_runs }), sort: taskRunSort[list.sort] };
  return client.call(taskRuns.filter, input, options);
}

const sortKeyOf = (run: Run) => `${beganAt(run) ?? ""} ${run.id}`;
/** Order of the list, for rows that arrive later; undefined where only the server knows it. */
const orders: Record<Sort, Order<Run> | undefined> = {
  newest: (a, b) => (sortKeyOf(a) < sortKeyOf(b) ? 1 : -1),
  oldest: (a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1),
  name: undefined,
  ended: undefined,
  longest: undefined,
  shortest: undefined,
};
