import type { Client } from "../../client/client.ts";
import { findCause } from "../../client/failure-cause.ts";
import { parameterChanges } from "../../rules/parameter-changes.ts";
import { deployments } from "../../schema/deployments.ts";
import { events, runErrorEvent } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { logs } from "../../schema/logs.ts";
import {
  mostEarlierRuns,
  mostLastLines,
  type RunFailure,
  type RunSummary,
} from "../../schema/run-summary.ts";
import { timestamp } from "../../schema/scalars.ts";
import { hasFailed } from "./data.ts";
import { reportsFromEvents } from "./failure.ts";

const errorLevel = 40;
const mostLines = 100;

/** The equivalent of our server's answer, by requests that every server knows. */
export async function readElsewhere(client: Client, run: FlowRun): Promise<RunSummary> {
  const { id, deployment_id } = run;
  const [deployment, completed] = await Promise.all([
    deployment_id ? client.call(deployments.read, { id: deployment_id }).catch(() => undefined) : undefined,
    completedRuns(client, run),
  ]);
  return {
    ...{
      flow_run_id: id,
      flow_name: null,
      deployment_name: deployment?.name ?? null,
      tasks: [],
      waiting: null,
    },
    durations: completed.map(({ total_run_time }) => total_run_time),
    failure: hasFailed(run) ? await failureOf(client, run, completed) : null,
  };
}

async function completedRuns(client: Client, { id, flow_id, deployment_id }: FlowRun): Promise<FlowRun[]> {
  const runs = await client.call(flowRuns.filter, {
    flow_runs: {
      state: { type: { any_: ["COMPLETED"] } },
      ...(deployment_id ? { deployment_id: { any_: [deployment_id] } } : {}),
    },
    ...(deployment_id ? {} : { flows: { id: { any_: [flow_id] } } }),
    ...{ sort: "START_TIME_DESC", limit: mostEarlierRuns },
  });
  return runs.filter((one) => one.id !== id);
}

async function failureOf(client: Client, run: FlowRun, completed: readonly FlowRun[]): Promise<RunFailure> {
  const cause = await findCause(client, run);
  const ids = cause.path.map(({ id }) => id);
  const { task } = cause;
  const [errors, error_lines, last] = await Promise.all([
    errorsOf(client, ids),
    client.call(logs.filter, {
      logs: { flow_run_id: { any_: ids }, level: { ge_: errorLevel } },
      limit: mostLines,
    }),
    client.call(logs.filter, {
      logs: {
        flow_run_id: { any_: ids.slice(-1) },
        ...(task && { task_run_id: { any_: [task.id] } }),
      },
      ...{ sort: "TIMESTAMP_DESC", limit: mostLastLines },
    }),
  ]);
  return {
    ...{ cause, errors, error_lines, last_lines: last.toReversed(), group: null },
    last_completed: lastCompleted(run, completed),
  };
}

/** From the events of Praetor's SDK; another SDK only logs its errors. */
async function errorsOf(client: Client, flowRunIds: readonly string[]): Promise<RunFailure["errors"]> {
  const { events: sent } = await client.call(events.filter, {
    filter: {
      event: { name: [runErrorEvent] },
      any_resource: { id: flowRunIds.map((id) => `prefect.flow-run.${id}`) },
      order: "ASC",
    },
  });
  return reportsFromEvents(sent).map(({ runId, isTask, when, chain }) => ({
    ...{ run_id: runId, is_task: isTask, occurred: timestamp(when), chain: [...chain] },
  }));
}

function lastCompleted(run: FlowRun, completed: readonly FlowRun[]): RunFailure["last_completed"] {
  const began = run.start_time ?? run.created ?? "";
  const last = completed.find(({ start_time }) => start_time !== null && start_time < began);
  if (!last) return null;
  const { id, name, start_time, flow_version, total_run_time: seconds } = last;
  return {
    ...{ id, name, start_time, flow_version, seconds },
    ...parameterChanges(last.parameters, run.parameters),
  };
}
