import type { Client } from "../../client/client.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { type StateType, stateTypes } from "../../schema/states.ts";
import { type TaskRun, taskRuns } from "../../schema/task-runs.ts";
import type { Meaning } from "./query-language.ts";
import type { Sort, Tab } from "./view.ts";

export type Run = FlowRun | TaskRun;
export const isFlowRun = (run: Run): run is FlowRun => "flow_id" in run;

/** When a run began or should have begun: what lists are sorted by. */
export const beganAt = (run: Run): string | null =>
  isFlowRun(run) ? (run.start_time ?? run.expected_start_time) : run.expected_start_time;

/** Where the next page begins: at this instant, past so many rows of it; or past so many rows of all. */
export type Cursor = { at: string; past: number } | { past: number };
export interface RunPage {
  results: Run[];
  next: Cursor | null;
}

export const pageSize = 100;

/** What one list asks for; identifies it in the cache. */
export type ListInput =
  | { tab: "flow-runs"; sort: Sort; related: Related; filter: ReturnType<typeof flowRunFilter> }
  | { tab: "task-runs"; sort: Sort; related: Related; filter: ReturnType<typeof taskRunFilter> };

/** Of which flows and deployments. */
type Related = ReturnType<typeof relatedOf>;
export const relatedOf = ({ flow, deployment }: Meaning) => defined({ flows: flow, deployments: deployment });

const flowRunSort = {
  newest: "START_TIME_DESC",
  oldest: "START_TIME_ASC",
  name: "NAME_ASC",
  ended: "END_TIME_DESC",
} as const satisfies Record<Sort, string>;
const taskRunSort = {
  newest: "EXPECTED_START_TIME_DESC",
  oldest: "EXPECTED_START_TIME_ASC",
  name: "NAME_ASC",
  ended: "END_TIME_DESC",
} as const satisfies Record<Sort, string>;

/** What a query asks of the wire, for either tab. */
export const listInput = (tab: Tab, sort: Sort, meaning: Meaning): ListInput =>
  tab === "flow-runs"
    ? { tab, sort, related: relatedOf(meaning), filter: flowRunFilter(meaning) }
    : { tab, sort, related: relatedOf(meaning), filter: taskRunFilter(meaning) };

/**
 * Runs that schedules have made ahead of their time would stand before everything that has happened. Whoever asks
 * for a state, a run, or a time to come gets them.
 */
export const leavesOutAhead = ({ state, id, name, until }: Meaning): boolean =>
  state === undefined && id === undefined && name === undefined && until === undefined;
export const notAhead = { name: { not_any_: ["Scheduled"] } };

export function flowRunFilter(meaning: Meaning) {
  const { name, id, tags } = meaning;
  const state = leavesOutAhead(meaning) ? notAhead : meaning.state;
  return { ...defined({ name, id, tags, state }), ...given({ start_time: between(meaning) }) };
}

/** The contract's filter of task runs knows no negation, so what is not wanted becomes what else there is. */
export function taskRunFilter(meaning: Meaning) {
  const { name, id, tags, state } = meaning;
  const type = state?.type?.any_ ?? allBut(state?.type?.not_any_);
  const wanted = state && {
    ...(state.operator ? { operator: state.operator } : {}),
    ...(type ? { type: { any_: type } } : {}),
    ...(state.name?.any_ ? { name: { any_: state.name.any_ } } : {}),
  };
  const known = tags && ("any_" in tags ? { all_: tags.any_ } : tags);
  return {
    ...defined({ name, id, tags: known, state: wanted }),
    ...given({ expected_start_time: between(meaning) }),
  };
}

const allBut = (unwanted: string[] | undefined): StateType[] | undefined =>
  unwanted && stateTypes.filter((type) => !unwanted.includes(type));

function between({ since, until }: Meaning): { after_?: string; before_?: string } {
  return {
    ...(since === undefined ? {} : { after_: timestamp(Math.round(since)) }),
    ...(until === undefined ? {} : { before_: timestamp(Math.round(until)) }),
  };
}

/** Without the keys that are undefined. */
function defined<T extends Record<string, unknown>>(record: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
/** Without filters that ask for nothing. */
function given<T extends Record<string, object>>(record: T): Partial<T> {
  const entries = Object.entries(record).filter(([, value]) => Object.keys(value).length > 0);
  return Object.fromEntries(entries) as Partial<T>;
}

/** Reads one page. Lists by time go on from an instant, which costs the same at every depth. */
export async function readPage(
  client: Client,
  list: ListInput,
  cursor: Cursor | null,
  signal?: AbortSignal,
): Promise<RunPage> {
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
  signal?: AbortSignal,
): Promise<Run[]> {
  const shared = { ...list.related, limit: pageSize, offset: cursor?.past ?? 0 };
  const options = signal ? { signal } : {};
  const bound =
    cursor && "at" in cursor ? { [list.sort === "newest" ? "before_" : "after_"]: cursor.at } : {};
  if (list.tab === "flow-runs") {
    const start_time = { ...list.filter.start_time, ...bound };
    const flow_runs = { ...list.filter, ...given({ start_time }) };
    return client.call(
      flowRuns.filter,
      { ...shared, ...given({ flow_runs }), sort: flowRunSort[list.sort] },
      options,
    );
  }
  const expected_start_time = { ...list.filter.expected_start_time, ...bound };
  const task_runs = { ...list.filter, ...given({ expected_start_time }) };
  return client.call(
    taskRuns.filter,
    { ...shared, ...given({ task_runs }), sort: taskRunSort[list.sort] },
    options,
  );
}

/** Order of the list, for rows that arrive later; undefined where only the server knows it. */
export function comparator(sort: Sort): ((a: Run, b: Run) => number) | undefined {
  const text = (run: Run) => `${beganAt(run) ?? ""} ${run.id}`;
  if (sort === "newest") return (a, b) => (text(a) < text(b) ? 1 : -1);
  if (sort === "oldest") return (a, b) => (text(a) < text(b) ? -1 : 1);
  return undefined;
}
