import type { Deployment } from "../schema/deployments.ts";
import { deployments } from "../schema/deployments.ts";
import { events, RunError, runErrorEvent } from "../schema/events.ts";
import type { FailureCause } from "../schema/failures.ts";
import { type FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { type Flow, flows } from "../schema/flows.ts";
import { type Log, logs } from "../schema/logs.ts";
import { isFailed } from "../schema/state-types.ts";
import { type TaskRun, taskRuns } from "../schema/task-runs.ts";
import { ApiError, type Client } from "./client.ts";
import { causeOf } from "./failure-cause.ts";

/** Report of a flow run for readers without access to the server. */
export interface RunFacts {
  run: FlowRun;
  flow: Flow | undefined;
  deployment: Deployment | undefined;
  /** For a run that failed or crashed. */
  cause: FailureCause | undefined;
  /** The error with its stack, as far as it was reported or logged. */
  error: string | undefined;
  /** Log lines of the run that failed, oldest first. */
  lastLines: readonly Log[];
  failedTasks: readonly TaskRun[];
}

const shownLines = 30;
const shownTasks = 20;

/** Collects it in a few requests. Throws ApiError for a missing run. */
export async function readRunFacts(client: Client, id: string): Promise<RunFacts> {
  const run = await client.call(flowRuns.read, { id });
  const hasFailed = run.state_type !== null && isFailed(run.state_type);
  const cause = hasFailed ? await causeOf(client, run) : undefined;
  // The run itself where nothing failed, or its own code did.
  const place = { flowRunId: cause?.path.at(-1)?.id ?? id, taskRunId: cause?.task?.id };
  const [flow, deployment, error, lastLines, failedTasks] = await Promise.all([
    orNone(client.call(flows.read, { id: run.flow_id })),
    run.deployment_id === null ? undefined : orNone(client.call(deployments.read, { id: run.deployment_id })),
    hasFailed ? errorOf(client, place) : undefined,
    linesOf(client, place),
    failedOf(client, id),
  ]);
  return { run, flow, deployment, cause, error, lastLines, failedTasks };
}

/** Data that may have been deleted meanwhile. */
const orNone = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  });

interface Place {
  flowRunId: string;
  taskRunId: string | undefined;
}

/** As the SDK reported it, else the last error of the log, which contains the traceback of Python's SDK. */
async function errorOf(client: Client, { flowRunId, taskRunId }: Place): Promise<string | undefined> {
  const resource = taskRunId ? `prefect.task-run.${taskRunId}` : `prefect.flow-run.${flowRunId}`;
  const { events: found } = await client.call(events.filter, {
    filter: { event: { name: [runErrorEvent] }, resource: { id: [resource] }, order: "DESC" },
    limit: 1,
  });
  const reported = RunError.safeParse(found[0]?.payload);
  if (reported.success) return chainText(reported.data.chain);
  const errors = await client.call(logs.filter, {
    logs: {
      ...{ flow_run_id: { any_: [flowRunId] }, level: { ge_: 40 } },
      ...(taskRunId && { task_run_id: { any_: [taskRunId] } }),
    },
    ...{ sort: "TIMESTAMP_DESC", limit: 10 },
  });
  return (errors.find(({ message }) => message.includes("\n")) ?? errors[0])?.message;
}

/** The thrown error first, then its causes, each with the recorded frames. */
const chainText = (chain: RunError["chain"]): string =>
  chain
    .flatMap(({ name, message, frames, members = [] }, place) => [
      `${place > 0 ? "Caused by: " : ""}${message ? `${name}: ${message}` : name}`,
      ...frames.map((frame) => {
        const where = `${frame.file}:${frame.line}${frame.column === null ? "" : `:${frame.column}`}`;
        return `    at ${frame.function ? `${frame.function} (${where})` : where}`;
      }),
      ...members.map((member) => chainText(member).replaceAll(/^/gm, "  | ")),
    ])
    .join("\n");

async function linesOf(client: Client, { flowRunId, taskRunId }: Place): Promise<Log[]> {
  const last = (more: object) =>
    client.call(logs.filter, {
      logs: { flow_run_id: { any_: [flowRunId] }, ...more },
      ...{ sort: "TIMESTAMP_DESC", limit: shownLines },
    });
  const own = taskRunId ? await last({ task_run_id: { any_: [taskRunId] } }) : [];
  return (own.length > 0 ? own : await last({})).toReversed();
}

const failedOf = (client: Client, id: string): Promise<TaskRun[]> =>
  client.call(taskRuns.filter, {
    flow_runs: { id: { any_: [id] } },
    task_runs: { state: { type: { any_: ["FAILED", "CRASHED"] } } },
    ...{ sort: "END_TIME_DESC", limit: shownTasks },
  });
