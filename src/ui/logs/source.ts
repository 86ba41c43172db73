import type { Client } from "../../client/client.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import { type Log, type LogFilter, type LogHit, logs } from "../../schema/logs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import type { Cursor, Page } from "../lists/head-changes.ts";
import type { HeadSource } from "../lists/use-head-pages.ts";
import { timeOf } from "../parts/time/times.ts";
import { followLogs } from "./follow-logs.ts";

/** A line as a row of the list. */
export interface LogRow extends LogHit {
  id: string;
}

type Named = { name?: { any_?: string[] | null; like_?: string | null } | null } | null;

/** What is asked of the server, which answers the newest lines first. */
export interface LogRequest {
  logs: LogFilter;
  flows?: Named;
  task_runs?: Named;
}

const pageSize = 200;
/** Lines of several processes arrive out of order: those of this age, in milliseconds, are read again. */
const lateMs = 15_000;

interface Options {
  request: LogRequest;
  isPraetor: boolean;
  /** Something is asked of the lines themselves, so that most of them may not match. */
  isSearch: boolean;
  isFollowed: boolean;
}

/** The list as `useHeadPages` reads it. */
export function logSource({ request, isPraetor, isSearch, isFollowed }: Options): HeadSource<LogRow> {
  let newest: string | undefined;
  const seen = (page: Page<LogRow>): Page<LogRow> => {
    const first = page.results[0]?.log.timestamp;
    if (first && first > (newest ?? "")) newest = first;
    return page;
  };
  const read = isPraetor ? search : list;
  return {
    ...{ noun: "logs", input: request, pageSize, order: newestFirst },
    async read(client, cursor, signal) {
      const { searched, ...page } = await read(client, request, cursor, signal);
      return seen(isSearch && searched !== undefined ? { ...page, searched } : page);
    },
    // New lines stand at the head: older ones were read before, and a search for rare lines would read all again.
    async readHead(client) {
      const after_ = newest === undefined ? undefined : timestamp(timeOf(newest) - lateMs);
      const recent = after_ ? { ...request, logs: sinceAtLeast(request.logs, after_) } : request;
      const { results } = await read(client, recent, null);
      return seen({ results, next: { past: 0 } });
    },
    ...(isFollowed && { follow: (api, follower) => followLogs(api, request.logs, follower.onMissed) }),
  };
}

const sinceAtLeast = (filter: LogFilter, after: string): LogFilter => {
  const given = filter.timestamp?.after_;
  return { ...filter, timestamp: { ...filter.timestamp, after_: given && given > after ? given : after } };
};

const keyOf = ({ log }: LogRow) => `${log.timestamp} ${log.id}`;
const newestFirst = (a: LogRow, b: LogRow): number => (keyOf(a) < keyOf(b) ? 1 : -1);

async function search(
  client: Client,
  request: LogRequest,
  cursor: Cursor | null,
  signal?: AbortSignal,
): Promise<Page<LogRow>> {
  const after = cursor && "after" in cursor ? `${cursor.after.key}~${cursor.after.id}` : null;
  const { hits, next, searched } = await client.call(
    logs.search,
    { ...request, limit: pageSize, after },
    signal ? { signal } : {},
  );
  const [key = "", id = ""] = next?.split("~") ?? [];
  return {
    results: hits.map((hit) => ({ ...hit, id: hit.log.id })),
    next: next === null ? null : { after: { key, id } },
    searched,
  };
}

/** Of a Prefect server, which names neither runs nor tasks of a line: these are read beside it. */
async function list(
  client: Client,
  { logs: filter }: LogRequest,
  cursor: Cursor | null,
  signal?: AbortSignal,
): Promise<Page<LogRow>> {
  const options = signal ? { signal } : {};
  const past = cursor && "past" in cursor ? cursor.past : 0;
  const { name: loggers, ...known } = filter;
  const found = await client.call(
    logs.filter,
    { logs: known, sort: "TIMESTAMP_DESC", limit: pageSize, offset: past },
    options,
  );
  const rows = loggers?.any_ ? found.filter(({ name }) => loggers.any_?.includes(name)) : found;
  const results = await withNames(client, rows, options);
  return { results, next: found.length < pageSize ? null : { past: past + pageSize } };
}

async function withNames(
  client: Client,
  rows: readonly Log[],
  options: { signal?: AbortSignal },
): Promise<LogRow[]> {
  const runIds = distinct(rows.map(({ flow_run_id }) => flow_run_id));
  const taskIds = distinct(rows.map(({ task_run_id }) => task_run_id));
  const byId = (ids: string[]) => ({ id: { any_: ids } });
  const [runs, tasks] = await Promise.all([
    runIds.length > 0
      ? client.call(flowRuns.filter, { flow_runs: byId(runIds), limit: pageSize }, options)
      : [],
    taskIds.length > 0
      ? client.call(taskRuns.filter, { task_runs: byId(taskIds), limit: pageSize }, options)
      : [],
  ]);
  const flowIds = distinct(runs.map(({ flow_id }) => flow_id));
  const all =
    flowIds.length > 0
      ? await client.call(flows.filter, { flows: byId(flowIds), limit: pageSize }, options)
      : [];
  const flowName = new Map(all.map(({ id, name }) => [id, name]));
  const runOf = new Map(runs.map((run) => [run.id, run]));
  const taskOf = new Map(tasks.map((task) => [task.id, task]));
  return rows.map((log): LogRow => {
    const run = runOf.get(log.flow_run_id ?? "");
    const task = taskOf.get(log.task_run_id ?? "");
    return {
      ...{ id: log.id, log, ranges: [] },
      flow_run: run
        ? {
            ...{ id: run.id, name: run.name, flow_id: run.flow_id, deployment_id: run.deployment_id },
            flow_name: flowName.get(run.flow_id) ?? "",
          }
        : null,
      task_run: task ? { id: task.id, name: task.name } : null,
    };
  });
}

const distinct = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))];
