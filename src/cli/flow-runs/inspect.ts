import type { Client } from "../../client/client.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import { toMs } from "../../schema/scalars.ts";
import { flowRunStates, type State, type StateType, stateTypes } from "../../schema/states.ts";
import { type TaskRun, taskRuns } from "../../schema/task-runs.ts";
import { connect } from "../connect.ts";
import { table } from "../table.ts";
import { bold, dim, durationText, oneLine, print, printJson, relativeText, stateText } from "../terminal.ts";
import { causesOf } from "./causes.ts";
import { findRun } from "./find.ts";
import { startedText } from "./list.ts";

const failuresShown = 10;

export async function inspect(id: string, options: { json?: boolean }): Promise<void> {
  const client = connect();
  const run = await findRun(client, id);
  const facts = await gather(client, run);
  if (options.json) return printJson({ flow_run: run, ...facts });
  const { flow, states, task_run_counts: counts, failed_task_runs: failed } = facts;
  const now = Date.now();
  print(`${stateText(run)}  ${bold(oneLine(run.name))}  ${dim(`of ${oneLine(flow.name)}`)}`);
  if (run.state?.message) print(indent(run.state.message));
  print("");
  for (const [label, value] of details(run, now)) if (value) print(`  ${dim(label.padEnd(11))} ${value}`);
  print(`\n${bold("States")}`);
  print(indent(stateLines(states)));
  print(`\n${bold("Task runs")}  ${countsText(counts)}`);
  for (const task of failed) {
    print(`  ${stateText(task)}  ${oneLine(task.name)}`);
    for (const line of task.causes) print(`      ${dim(oneLine(line))}`);
  }
  if (failed.length > 0) print(dim(`\nAll errors: praetor flow-run logs ${run.id} --level error`));
}

async function gather(client: Client, run: FlowRun) {
  const only = { flow_runs: { id: { any_: [run.id] } } };
  const inState = (type: StateType) => ({ ...only, task_runs: { state: { type: { any_: [type] } } } });
  const failing = { state: { type: { any_: ["FAILED", "CRASHED"] } } };
  const [flow, states, counted, failed] = await Promise.all([
    client.call(flows.read, { id: run.flow_id }),
    client.call(flowRunStates.list, { flow_run_id: run.id }),
    Promise.all(stateTypes.map((type) => client.call(taskRuns.count, inState(type)))),
    client.call(taskRuns.filter, {
      ...only,
      task_runs: failing,
      sort: "END_TIME_DESC",
      limit: failuresShown,
    }),
  ]);
  const counts = stateTypes.map((type, index): [StateType, number] => [type, counted[index] ?? 0]);
  const some = counts.filter(([, count]) => count > 0);
  const failures = await Promise.all(failed.map((task) => withCauses(client, task)));
  return { flow, states, task_run_counts: Object.fromEntries(some), failed_task_runs: failures };
}

/** A run of another SDK has no structured error; its state's message is shown. */
async function withCauses(client: Client, task: TaskRun) {
  const causes = await causesOf(client, task.id);
  const message = task.state?.message ? [task.state.message] : [];
  return { ...task, causes: causes.length > 0 ? causes : message };
}

function details(run: FlowRun, now: number): [string, string | null][] {
  const parameters = Object.keys(run.parameters).length > 0 ? JSON.stringify(run.parameters) : null;
  return [
    ["id", run.id],
    ["started", startedText(run, now)],
    ["ended", run.end_time && relativeText(toMs(run.end_time), now)],
    ["duration", run.start_time && durationText(run.estimated_run_time)],
    ["attempts", run.run_count > 1 ? String(run.run_count) : null],
    ["tags", oneLine(run.tags.join(" "))],
    ["parameters", parameters && oneLine(parameters)],
    ["deployment", run.deployment_id],
    ["parent", run.parent_task_run_id && `task run ${run.parent_task_run_id}`],
  ];
}

function stateLines(states: readonly State[]): string {
  const rows = states.map((state, index) => {
    const next = states[index + 1];
    return { state, lasted: next ? toMs(next.timestamp) - toMs(state.timestamp) : null };
  });
  return table(
    [
      { title: "AT (UTC)", text: ({ state }) => state.timestamp.slice(0, 23).replace("T", " ") },
      { title: "STATE", text: ({ state }) => stateText({ state_type: state.type, state_name: state.name }) },
      { title: "FOR", text: ({ lasted }) => (lasted === null ? "" : durationText(lasted / 1000)) },
    ],
    rows,
  );
}

function countsText(counts: Record<string, number>): string {
  const texts = Object.entries(counts).map(([type, count]) => `${count} ${type.toLowerCase()}`);
  return texts.length > 0 ? texts.join(", ") : dim("none");
}

const indent = (text: string, by = "  "): string =>
  text
    .split("\n")
    .map((line) => by + line)
    .join("\n");
