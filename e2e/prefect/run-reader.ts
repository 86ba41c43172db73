import type { Client } from "../../src/client/client.ts";
import { type FlowRun, flowRuns } from "../../src/schema/flow-runs.ts";
import { graphs } from "../../src/schema/graphs.ts";
import { type Log, logs } from "../../src/schema/logs.ts";
import { flowRunStates, taskRunStates } from "../../src/schema/states.ts";
import { type TaskRun, taskRuns } from "../../src/schema/task-runs.ts";

/** Reads the runs of flows from a server, for assertions. */
export function readingFrom(client: Client) {
  const runsOf = (flow: string): Promise<FlowRun[]> =>
    client.call(flowRuns.filter, {
      flows: { name: { any_: [flow] } },
      sort: "EXPECTED_START_TIME_ASC",
    });
  const logsOf = ({ id }: FlowRun): Promise<Log[]> =>
    client.call(logs.filter, { logs: { flow_run_id: { any_: [id] } } });
  return {
    runsOf,
    async runOf(flow: string): Promise<FlowRun> {
      const [run, ...more] = await runsOf(flow);
      if (run && more.length === 0) return run;
      throw new Error(`expected one run of ${flow}, got ${more.length + (run ? 1 : 0)}`);
    },
    /** Of a flow run, ordered by name. */
    async taskRunsOf({ id }: FlowRun): Promise<TaskRun[]> {
      const found = await client.call(taskRuns.filter, { flow_runs: { id: { any_: [id] } } });
      return found.toSorted((a, b) => a.name.localeCompare(b.name));
    },
    async statesOf({ id }: TaskRun): Promise<string[]> {
      const states = await client.call(taskRunStates.list, { task_run_id: id });
      return states.map(({ name }) => name ?? "");
    },
    async flowRunStatesOf({ id }: FlowRun): Promise<string[]> {
      const states = await client.call(flowRunStates.list, { flow_run_id: id });
      return states.map(({ name }) => name ?? "");
    },
    logsOf,
    /** A running process may still have lines to send, even after its run's last state. */
    messagesOf: async (run: FlowRun) => (await logsOf(run)).map(({ message }) => message),
    /** The edges of its graph, as `numbers-0 → square-1`, and its nodes. */
    async graphOf({ id }: FlowRun) {
      const { nodes } = await client.call(graphs.read, { id });
      const labels = new Map(nodes.map(([key, { label }]) => [key, label]));
      const arrows = nodes.flatMap(([, { label, parents }]) =>
        parents.map((parent) => `${labels.get(parent.id)} → ${label}`),
      );
      // A server of Prefect may name a parent several times.
      return { nodes: nodes.map(([, node]) => node), arrows: [...new Set(arrows)].sort() };
    },
  };
}
