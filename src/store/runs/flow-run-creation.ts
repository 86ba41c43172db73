import { sql } from "kysely";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { problem } from "../../schema/problems.ts";
import type { WriteScope } from "../engine/scope.ts";
import type { Created } from "../noun.ts";
import type { NewFlowRun } from "../run-index/new-runs.ts";
import { initialRow, writeTags } from "../run-index/new-runs.ts";
import { flowRunFrom, madeRun, type RunRow, selectFlowRuns } from "../run-index/run-rows.ts";
import type { FlowRunTable } from "../tables.ts";
import { chooseQueue } from "../work/queue-choice.ts";

type Labels = FlowRun["labels"];

export async function createFlowRun(scope: WriteScope, input: NewFlowRun): Promise<Created<FlowRun>> {
  const known = await readByKey(scope, input);
  if (known) return { row: known, isNew: false };
  const queue = await chooseQueue(scope, { ...input, makesQueue: input.makesQueue === true });
  const row: FlowRunTable = {
    ...initialRow(scope, input),
    labels: JSON.stringify(await mergedLabels(scope, input)),
    work_queue_id: queue?.id ?? null,
    work_queue_name: queue?.name ?? null,
  };
  scope.write(scope.dialect.build.insertInto("flow_run").values(row));
  writeTags(scope, row, input.tags);
  scope.rollup.move("flow_run", null, row);
  scope.changed("flow-runs", "created", row.id, row.id);
  const pool = { work_pool_id: queue?.pool_id ?? null, work_pool_name: queue?.pool_name ?? null };
  return { row: flowRunFrom(madeRun("flow_run", { ...row, ...pool }, scope.now())), isNew: true };
}

async function readByKey(scope: WriteScope, input: NewFlowRun): Promise<FlowRun | undefined> {
  if (input.idempotency_key === null) return undefined;
  const query = sql<RunRow>`${selectFlowRuns}
    where flow_run.flow_id = ${input.flow_id} and flow_run.idempotency_key = ${input.idempotency_key}`;
  const row = await scope.first(query, "flow_run");
  return row && flowRunFrom(row);
}

/** The parent's labels, then the flow's, then those for the run's origin, then the caller's; later ones win. */
async function mergedLabels(scope: WriteScope, input: NewFlowRun): Promise<Labels> {
  const { build } = scope.dialect;
  const flow = await scope.first(build.selectFrom("flow").select("labels").where("id", "=", input.flow_id));
  if (!flow) throw problem("not-found", "Flow not found");
  const parent =
    input.parent_task_run_id === null
      ? undefined
      : await scope.first(
          build
            .selectFrom("task_run")
            .innerJoin("flow_run", "flow_run.id", "task_run.flow_run_id")
            .select("flow_run.labels")
            .where("task_run.id", "=", input.parent_task_run_id),
        );
  return {
    ...(parent && JSON.parse(parent.labels)),
    ...JSON.parse(flow.labels),
    "prefect.flow.id": input.flow_id,
    ...(input.deployment_id && { "prefect.deployment.id": input.deployment_id }),
    ...input.labels,
  };
}
