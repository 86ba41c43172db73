import { type FlowRun, flowRuns } from "../schema/flow-runs.ts";
import { logs } from "../schema/logs.ts";
import { flowRunStates, taskRunStates } from "../schema/states.ts";
import { type TaskRun, taskRuns } from "../schema/task-runs.ts";
import { closeSession, connectThrough } from "../sdk/session.ts";
import { transportOver } from "./in-process.ts";
import { createWorld, type World } from "./world.ts";

export interface RunRecord {
  world: World;
  /** The one flow run of a flow. */
  flowRun(flow: string): Promise<FlowRun>;
  /** Of the flow, in the order of their creation. */
  taskRuns(flow: string): Promise<TaskRun[]>;
  /** The names of the states a run went through. */
  history(run: FlowRun | TaskRun): Promise<string[]>;
  /** The text of the log, with tasks. */
  log(flow: string): Promise<string[]>;
  close(): Promise<void>;
}

/** A world that the SDK of this process reports to. */
export async function recordInWorld(): Promise<RunRecord> {
  const world = await createWorld();
  connectThrough(async () => ({
    ...transportOver(world.store, world.settings),
    printLevel: "silent",
  }));
  const { client } = world;
  const flowRun = async (flow: string) => {
    const [run, ...more] = await client.call(flowRuns.filter, { flows: { name: { any_: [flow] } } });
    if (!run || more.length > 0)
      throw new Error(`expected one run of ${flow}, got ${more.length + (run ? 1 : 0)}`);
    return run;
  };
  return {
    world,
    flowRun,
    async taskRuns(flow) {
      const found = await client.call(taskRuns.filter, {
        flows: { name: { any_: [flow] } },
        sort: "ID_DESC",
      });
      return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    },
    async history(run) {
      const states =
        "flow_id" in run
          ? await client.call(flowRunStates.list, { flow_run_id: run.id })
          : await client.call(taskRunStates.list, { task_run_id: run.id });
      return states.map((state) => state.name);
    },
    async log(flow) {
      const { id } = await flowRun(flow);
      const lines = await client.call(logs.filter, { logs: { flow_run_id: { any_: [id] } } });
      return lines.map((line) => line.message);
    },
    async close() {
      await closeSession();
      await world.close();
    },
  };
}
