import { type Dependency, graphs } from "../../schema/graphs.ts";
import { problem } from "../../schema/problems.ts";
import { maxPage } from "../../schema/scalars.ts";
import type { TaskRun } from "../../schema/task-runs.ts";
import type { Store } from "../../store/store.ts";
import { type Api, found, jsonText, serve } from "../serve.ts";

export function serveGraphs(api: Api, store: Store): void {
  serve(api, graphs.read, async (input) => {
    const graph = await store.graphs.read(input);
    if (graph) return graph;
    throw problem("not-found", "Flow run not found", { key: "exception_message" });
  });
  serve(api, graphs.readDependencies, async ({ id }) => {
    found(await store.flowRuns.read(id), "Flow run not found");
    return (await taskRunsOf(store, id)).map(dependencyFrom);
  });
  const known = async (id: string) => found(await store.flowRuns.read(id), "Flow run not found");
  serve(api, graphs.groups, async ({ id }) => {
    await known(id);
    return store.graphs.groups(id);
  });
  serve(api, graphs.nodes, async (input) => {
    await known(input.id);
    return store.graphs.nodes(input);
  });
  serve(api, graphs.edges, (input) => store.graphs.edges(input));
  serve(api, graphs.changes, (input) => store.graphs.changes(input));
  serve(api, graphs.readPage, async (input) =>
    jsonText(found(await store.graphs.readPageText(input), "Flow run not found"), { status: 200 }),
  );
}

async function taskRunsOf(store: Store, flowRunId: string): Promise<TaskRun[]> {
  const flow_runs = { id: { any_: [flowRunId] } };
  const runs: TaskRun[] = [];
  for (;;) {
    const page = await store.taskRuns.filter({
      ...{ flow_runs, sort: "EXPECTED_START_TIME_ASC", limit: maxPage, offset: runs.length },
    });
    runs.push(...page);
    if (page.length < maxPage) return runs;
  }
}

const dependencyFrom = (run: TaskRun): Dependency => ({
  id: run.id,
  name: run.name,
  upstream_dependencies: Object.values(run.task_inputs)
    .flat()
    .flatMap((input) => (input.input_type === "task_run" ? [{ input_type: "task_run", id: input.id }] : [])),
  state: run.state,
  expected_start_time: run.expected_start_time,
  start_time: run.start_time,
  end_time: run.end_time,
  total_run_time: run.total_run_time,
  estimated_run_time: run.estimated_run_time,
  untrackable_result: run.state?.state_details.untrackable_result ?? false,
});
