import { parameterChanges } from "../rules/parameter-changes.ts";
import { RunError, runErrorEvent } from "../schema/events.ts";
import type { FailureCause } from "../schema/failures.ts";
import type { FlowRun } from "../schema/flow-runs.ts";
import { type Log, logLevels } from "../schema/logs.ts";
import {
  type GroupBrief,
  type LastCompleted,
  mostEarlierRuns,
  mostErrorLines,
  mostLastLines,
  mostReportedErrors,
  type RunFailure,
  type RunSummary,
} from "../schema/run-summary.ts";
import { isFailed } from "../schema/state-types.ts";
import type { RecentRuns } from "../schema/waiting.ts";
import type { Store } from "../store/store.ts";
import type { WaitExplainer } from "./waiting.ts";

/** What the head of the run's page tells. */
export async function summarise(store: Store, run: FlowRun, explainer: WaitExplainer): Promise<RunSummary> {
  const { id, flow_id, deployment_id, state_type } = run;
  const [flow, deployment, tasks, earlier, waiting] = await Promise.all([
    store.flows.read(flow_id),
    deployment_id === null ? undefined : store.deployments.read(deployment_id),
    store.graphs.countStates(id),
    earlierRuns(store, run),
    explainer.explain(run),
  ]);
  const completed = earlier.filter((one) => one.state_type === "COMPLETED" && one.id !== id);
  return {
    ...{ flow_run_id: id, flow_name: flow?.name ?? null, deployment_name: deployment?.name ?? null, tasks },
    durations: completed.map(({ duration }) => duration),
    waiting: waiting ?? null,
    failure: state_type !== null && isFailed(state_type) ? await failureOf(store, run, completed) : null,
  };
}

type Earlier = RecentRuns["runs"];

async function earlierRuns(store: Store, { deployment_id, flow_id }: FlowRun): Promise<Earlier> {
  const of =
    deployment_id === null
      ? ({ by: "flow", ids: [flow_id] } as const)
      : ({ by: "deployment", ids: [deployment_id] } as const);
  const [recent] = await store.deployments.recentRuns({ ...of, ids: [...of.ids], limit: mostEarlierRuns });
  return recent?.runs ?? [];
}

async function failureOf(store: Store, run: FlowRun, completed: Earlier): Promise<RunFailure> {
  const own = { id: run.id, name: run.name, flow_name: "", message: run.state?.message ?? null };
  const cause: FailureCause = (await store.failures.cause(run.id)) ?? { path: [own], task: null };
  const [errors, last_lines, group, last_completed] = await Promise.all([
    reportedErrors(store, run, cause),
    lastLines(store, run, cause),
    groupOf(store, run, cause),
    lastCompleted(store, run, completed),
  ]);
  const error_lines = errors.length > 0 ? [] : await errorLines(store, cause);
  return { cause, errors, error_lines, last_lines, group, last_completed };
}

const resourcePattern = /^prefect\.(task|flow)-run\.(.+)$/;

async function reportedErrors(
  store: Store,
  { start_time, created }: FlowRun,
  { path }: FailureCause,
): Promise<RunFailure["errors"]> {
  const { events } = await store.events.filter(
    {
      event: { name: [runErrorEvent] },
      any_resource: { id: path.map(({ id }) => `prefect.flow-run.${id}`) },
      occurred: { since: start_time ?? created },
      order: "ASC",
    },
    { limit: mostReportedErrors },
  );
  return events.flatMap(({ resource, payload, occurred }) => {
    const [, kind, run_id] = resourcePattern.exec(resource["prefect.resource.id"] ?? "") ?? [];
    const error = RunError.safeParse(payload);
    if (!run_id || !error.success) return [];
    return [{ run_id, is_task: kind === "task", occurred, chain: error.data.chain }];
  });
}

const errorLines = (store: Store, { path }: FailureCause): Promise<Log[]> =>
  store.logs.filter({
    logs: { flow_run_id: { any_: path.map(({ id }) => id) }, level: { ge_: logLevels.error } },
    ...{ sort: "TIMESTAMP_ASC", limit: mostErrorLines, offset: 0 },
  });

async function lastLines(store: Store, run: FlowRun, { path, task }: FailureCause): Promise<Log[]> {
  const lines = await store.logs.filter({
    logs: {
      flow_run_id: { any_: [path.at(-1)?.id ?? run.id] },
      ...(task && { task_run_id: { any_: [task.id] } }),
    },
    ...{ sort: "TIMESTAMP_DESC", limit: mostLastLines, offset: 0 },
  });
  return lines.toReversed();
}

async function groupOf(store: Store, run: FlowRun, { path, task }: FailureCause): Promise<GroupBrief | null> {
  const failed = [task?.id, path.at(-1)?.id, run.id].filter((id) => id !== undefined);
  const groups = await store.failures.groupsOf(failed);
  const id = failed.map((each) => groups.get(each)).find((each) => each !== undefined);
  const [group] = id === undefined ? [] : await store.failures.readMany([id]);
  if (!group) return null;
  const { count, flow_runs, first_seen, last_seen, first_run } = group;
  const first = first_run?.flow_run_id ?? (first_run?.kind === "flow-run" ? first_run.id : undefined);
  const [version] = first === undefined ? [] : await store.flowRuns.readMany([first]);
  return {
    ...{ id: group.id, count, flow_runs, first_seen, last_seen },
    first_version: version?.flow_version ?? null,
  };
}

async function lastCompleted(store: Store, run: FlowRun, completed: Earlier): Promise<LastCompleted | null> {
  const began = run.start_time ?? run.created ?? "";
  const found = completed.find(({ start_time }) => start_time !== null && start_time < began);
  const last = found && (await store.flowRuns.read(found.id));
  if (!found || !last) return null;
  const { id, name, start_time, flow_version } = last;
  return {
    ...{ id, name, start_time, flow_version, seconds: found.duration },
    ...parameterChanges(last.parameters, run.parameters),
  };
}
