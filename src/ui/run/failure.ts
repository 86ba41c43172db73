import { normalised } from "../../rules/failures.ts";
import { type ErrorLink, parseTraceback } from "../../rules/tracebacks.ts";
import { type ReceivedEvent, RunError, runErrorEvent } from "../../schema/events.ts";
import type { FailureCause } from "../../schema/failures.ts";
import type { RunNode } from "../../schema/graphs.ts";
import type { Log } from "../../schema/logs.ts";
import type { RunFailure } from "../../schema/run-summary.ts";
import { toMs } from "../../schema/scalars.ts";
import { isFailure } from "../graph/lenses.ts";

/** One error that a run met, from wherever it is known. */
export interface Report {
  /** Of a task run or a flow run. */
  runId: string;
  isTask: boolean;
  /** Milliseconds since the epoch. */
  when: number;
  chain: readonly ErrorLink[];
}

/** Why a run failed: the first task that failed for good, and what it met. */
export interface Failure {
  /** The flow run in which it failed, where that is a subflow, after those on the way to it. */
  subflows: readonly { id: string; name: string }[];
  /** Undefined where the flow's own code failed. */
  taskRunId: string | undefined;
  task: string | undefined;
  attempts: number;
  /** How many of the attempts met the same error as the last. */
  same: number;
  title: string;
  chain: readonly ErrorLink[];
  when: number | undefined;
}

const resourcePattern = /^prefect\.(task|flow)-run\.(.+)$/;

export function reportsFromEvents(events: readonly ReceivedEvent[]): Report[] {
  return events.flatMap(({ event, resource, payload, occurred }) => {
    const [, kind, runId] = resourcePattern.exec(resource["prefect.resource.id"] ?? "") ?? [];
    const error = RunError.safeParse(payload);
    if (event !== runErrorEvent || !runId || !error.success) return [];
    return [{ runId, isTask: kind === "task", when: toMs(occurred), chain: error.data.chain }];
  });
}

/** For runs of SDKs that only log their errors. */
export function reportsFromLogs(logs: readonly Log[]): Report[] {
  return logs.flatMap((log) => {
    const parsed = parseTraceback(log.message);
    const runId = log.task_run_id ?? log.flow_run_id;
    if (!parsed || !runId) return [];
    return [{ runId, isTask: log.task_run_id !== null, when: toMs(log.timestamp), chain: parsed.chain }];
  });
}

/** What a summary tells of the errors on the way to the cause. */
export function reportsFromSummary({ errors, error_lines }: RunFailure): Report[] {
  if (errors.length === 0) return reportsFromLogs(error_lines);
  return errors.map(({ run_id, is_task, occurred, chain }) => ({
    ...{ runId: run_id, isTask: is_task, when: toMs(occurred), chain },
  }));
}

interface Known {
  reports: readonly Report[];
  /** Undefined while the graph is not known: nothing waits for it. */
  nodes: readonly RunNode[] | undefined;
  /** Of the flow run's state. */
  message: string | null;
  /** What the server found through all subflows; undefined where it does not tell. */
  cause?: FailureCause | undefined;
}

/** A later failure is mostly a consequence of an earlier one, and an error that a retry overcame is no cause. */
export function earliestFailure({ reports, nodes, message, cause }: Known): Failure | undefined {
  const byRun = Map.groupBy(reports, (report) => report.runId);
  if (cause && (cause.task || cause.path.length > 1)) return ofCause(cause, byRun);
  const failed = nodes
    ? nodes.filter(isFailure).toSorted((a, b) => (a.end ?? a.created) - (b.end ?? b.created))
    : undefined;
  const [first] = failed ?? [];
  if (first) return ofNode(first, byRun.get(first.task_run_id) ?? byRun.get(first.id) ?? []);
  const last = [...byRun.values()].map((group) => group.toSorted((a, b) => a.when - b.when).at(-1));
  const candidates = last.flatMap((report) => (report && (!failed || !report.isTask) ? [report] : []));
  const report =
    candidates.filter(({ isTask }) => isTask).toSorted((a, b) => a.when - b.when)[0] ?? candidates[0];
  if (!report) return message ? { ...nobody, title: message } : undefined;
  const taskRunId = report.isTask ? report.runId : undefined;
  return { ...nobody, taskRunId, title: titleOf(report.chain), chain: report.chain, when: report.when };
}

const nobody: Failure = {
  subflows: [],
  taskRunId: undefined,
  task: undefined,
  attempts: 1,
  same: 1,
  title: "",
  chain: [],
  when: undefined,
};

function ofCause({ path, task }: FailureCause, byRun: ReadonlyMap<string, Report[]>): Failure {
  const subflows = path.slice(1).map(({ id, name, flow_name }) => ({ id, name: flow_name || name }));
  const last = path.at(-1);
  const place = [subflows.at(-1)?.name, task?.name].filter(Boolean).join(" / ");
  const known = {
    attempts: Math.max(task?.run_count ?? 1, 1),
    said: (task ? task.message : last?.message) ?? task?.state_name ?? "failed",
    end: task?.end_time ? toMs(task.end_time) : undefined,
  };
  const met = reported(byRun.get(task?.id ?? last?.id ?? "") ?? [], known);
  return { ...met, subflows, taskRunId: task?.id, task: place, attempts: known.attempts };
}

function ofNode(node: RunNode, reports: readonly Report[]): Failure {
  const said = node.state_name ?? "failed";
  return {
    ...reported(reports, { said, end: node.end ?? undefined }),
    subflows: [],
    taskRunId: node.task_run_id,
    task: node.name,
    attempts: Math.max(node.run_count, 1),
  };
}

/** The last error that a run told of, and how many of its attempts met the same; else what its state says. */
function reported(
  reports: readonly Report[],
  { said, end }: { said: string; end: number | undefined },
): Pick<Failure, "title" | "chain" | "when" | "same"> {
  const inOrder = reports.toSorted((a, b) => a.when - b.when);
  const last = inOrder.at(-1);
  const title = last ? titleOf(last.chain) : said;
  const same = inOrder.filter((report) => titleOf(report.chain) === title).length;
  return { title, same: Math.max(1, same), chain: last?.chain ?? [], when: last?.when ?? end };
}

/** `TimeoutError: upstream did not answer` */
export function titleOf([thrown]: readonly ErrorLink[]): string {
  if (!thrown) return "";
  return thrown.message ? `${thrown.name}: ${thrown.message}` : thrown.name;
}

/** Errors that say the same, in the order in which they were first met. */
export function collapsed(reports: readonly Report[]): { report: Report; count: number }[] {
  const groups = Map.groupBy(
    reports.toSorted((a, b) => a.when - b.when),
    (report) => fingerprint(report.chain),
  );
  return [...groups.values()].flatMap((group) => {
    const report = group.at(-1);
    return report ? [{ report, count: group.length }] : [];
  });
}

/** Numbers and ids differ between attempts without meaning anything. */
const fingerprint = (chain: readonly ErrorLink[]): string =>
  chain
    .map(
      ({ name, message, frames }) => `${name}:${normalised(message)}@${frames[0]?.file}:${frames[0]?.line}`,
    )
    .join("|");
