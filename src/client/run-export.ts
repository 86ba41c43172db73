import { type Artifact, artifacts } from "../schema/artifacts.ts";
import { type FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { type Flow, flows } from "../schema/flows.ts";
import { type Log, logs } from "../schema/logs.ts";
import { maxPage } from "../schema/scalars.ts";
import { flowRunStates, type State } from "../schema/states.ts";
import { type TaskRun, taskRuns } from "../schema/task-runs.ts";
import type { Client } from "./client.ts";
import { withoutSecrets } from "./secrets.ts";

/** A flow run with its related data, as one JSON document. */
export interface RunExport {
  flow_run: FlowRun;
  flow: Flow;
  /** Oldest first. */
  states: State[];
  task_runs: TaskRun[];
  artifacts: Artifact[];
  /** Oldest first; the last lines where there are more than the maximum. */
  logs: Log[];
  /** Totals of the lists above: null where the list is complete. */
  omitted: { task_runs: number; logs: string | null } | null;
}

const mostTasks = 5_000;
const mostArtifacts = 1_000;
const mostLines = 2_000;

/**
 * Reads a run in pages, from a server of ours or of Prefect: at most 5,000 task runs, 1,000 artifacts and the last 2,000
 * lines of its log. Job variables and parameters whose names suggest secrets are hidden. Throws ApiError for
 * a missing run.
 */
export async function exportRun(client: Client, id: string): Promise<RunExport> {
  const run = await client.call(flowRuns.read, { id });
  const only = { flow_runs: { id: { any_: [id] } } };
  const flow = await client.call(flows.read, { id: run.flow_id });
  const states = await client.call(flowRunStates.list, { flow_run_id: id });
  const tasks = await pages(mostTasks, (page) =>
    client.call(taskRuns.filter, { ...only, ...page, sort: "EXPECTED_START_TIME_ASC" }),
  );
  const total = tasks.length < mostTasks ? tasks.length : await client.call(taskRuns.count, only);
  const made = await pages(mostArtifacts, (page) =>
    client.call(artifacts.filter, { ...only, ...page, sort: "CREATED_DESC" }),
  );
  // One more than the maximum shows whether there are more.
  const lines = await pages(mostLines + 1, (page) =>
    client.call(logs.filter, {
      ...{ logs: { flow_run_id: { any_: [id] } }, ...page, sort: "TIMESTAMP_DESC" },
    }),
  );
  const held = lines.slice(0, mostLines).toReversed();
  const isCut = lines.length > mostLines;
  return {
    flow_run: { ...run, ...hidden(run) },
    ...{ flow, states, task_runs: tasks, artifacts: made, logs: held },
    omitted:
      isCut || total > tasks.length
        ? { task_runs: total - tasks.length, logs: isCut ? `before ${held[0]?.timestamp}` : null }
        : null,
  };
}

const hidden = ({ parameters, job_variables }: FlowRun): Pick<FlowRun, "parameters" | "job_variables"> => ({
  parameters: jsonOf(parameters),
  job_variables: job_variables && jsonOf(job_variables),
});

const jsonOf = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(Object(withoutSecrets(value))));

async function pages<T>(
  most: number,
  read: (page: { limit: number; offset: number }) => Promise<T[]>,
): Promise<T[]> {
  const all: T[] = [];
  while (all.length < most) {
    const limit = Math.min(maxPage, most - all.length);
    const page = await read({ limit, offset: all.length });
    all.push(...page);
    if (page.length < limit) break;
  }
  return all;
}
