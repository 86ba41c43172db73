import type { Client } from "../../client/client.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { type TaskRun, taskRuns } from "../../schema/task-runs.ts";
import type { CompiledQuery, ServerFilter } from "../lists/compile-query.ts";
import type { Cursor, Order, Page } from "../lists/head-changes.ts";
import type { HeadSource } from "../lists/use-head-pages.ts";
import type { Sort, Tab } from "./view.ts";

export type Run = FlowRun | TaskRun;
export const isFlowRun = (run: Run): run is FlowRun => "flow_id" in run;

/** When a run began or should have begun: what lists are sorted by. */
export const beganAt = (run: Run): string | null =>
  isFlowRun(run) ? (run.start_time ?? run.expected_start_time) : run.expected_start_time;

const pageSize = 100;

/** What one list asks for; identifies it in the cache. */
export interface ListInput {
  tab: Tab;
  sort: Sort;
  filter: ServerFilter;
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
export function listInput(tab: Tab, sort: Sort, { server }: Pick<CompiledQuery<never>, "server">): ListInput {
  if (tab !== "flow-runs" || !leavesOutAhead(server)) return { tab, sort, filter: server };
  return { tab, sort, filter: { ...server, flow_runs: { ...server.flow_runs, state: notAhead } } };
}

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
});

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
  const results = await readRows(client, list, cursor, signal);
  const last = results.at(-1);
  if (results.length < pageSize || !last) return { results, next: null };
  const at = beganAt(last);
  const byTime = list.sort === "newest" || list.sort === "oldest";
  if (!byTime || !at) return { results, next: { past: (cursor?.past ?? 0) + pageSize } };
  const same = results.filter((run) => beganAt(run) === at).length;
  const before = cursor && "at" in cursor && cursor.at === at ? cursor.past : 0;
  return { results, next: { at, past: before + same } };
}

async function readRows(
  client: Client,
  list: ListInput,
  cursor: Cursor | null,
  signal: AbortSignal | undefined,
): Promise<Run[]> {
  const shared = { ...list.filter, limit: pageSize, offset: cursor?.past ?? 0 };
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
