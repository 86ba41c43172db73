import { sql } from "kysely";
import type { deployments } from "../../schema/deployments.ts";
import { parseExact } from "../../schema/exact-json.ts";
import { type FlowRun, FlowRunPolicy } from "../../schema/flow-runs.ts";
import type { Parsed } from "../../schema/route.ts";
import { noDetails } from "../../schema/states.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { initialRow, writeTags } from "../run-index/new-runs.ts";
import { dropRuns } from "../run-index/run-deletion.ts";
import { flowRunFrom, type RunRow, selectFlowRuns } from "../run-index/run-rows.ts";
import { insertFlowRunStateSql } from "../sql/hot-sql.ts";
import { atMost } from "../sql/pages.ts";
import { detailsJson, newId } from "../sql/rows.ts";
import type { DeploymentScheduleTable, FlowRunTable } from "../tables.ts";
import { type DeploymentRow, selectDeployments } from "./deployment-rows.ts";
import type { PlannedDeployment, PlannedRuns } from "./planned-runs.ts";

// Runs created in advance by the schedules of deployments.

/**
 * Deletes the runs of a deployment that were created in advance and have not begun. Plans create no runs in the past,
 * so due runs are kept when the deployment is only changed, and deleted when it is no longer to run.
 */
export async function dropPlannedRuns(
  scope: WriteScope,
  deploymentId: string,
  { dueToo }: { dueToo: boolean },
): Promise<void> {
  const dropped = dueToo ? sql`1 = 1` : sql`next_scheduled_start_time > ${scope.time}`;
  const runs = await scope.all(sql<{ id: string }>`select id from flow_run
    where deployment_id = ${deploymentId} and next_scheduled_start_time is not null
      and auto_scheduled = 1 and run_count = 0 and state_type = 'SCHEDULED'
      and state_name <> 'AwaitingConcurrencySlot' and ${dropped}`);
  await dropRuns(
    scope,
    runs.map(({ id }) => id),
  );
}

type Due = Parsed<typeof deployments.scheduledRuns>;

/** One index scan per deployment, reading no more rows than needed. */
export async function readDueRuns(
  scope: Scope,
  { deployment_ids, scheduled_before: before, limit }: Due,
): Promise<FlowRun[]> {
  if (deployment_ids.length === 0) return [];
  const ids = [...new Set(deployment_ids)].map((id) => ({ id }));
  const isInProcess = sql`${scope.dialect.field(sql`each.empirical_policy`, "retry_type")} = 'in_process'`;
  const due = sql`select run.id from ${scope.dialect.rowsOf({ id: "text" }, ids)} as wanted
    ${scope.dialect.joinEach(
      "flow_run",
      "run",
      sql`select id from flow_run as each
      where each.deployment_id = wanted.id and each.next_scheduled_start_time is not null
        and ${before === null ? sql`1 = 1` : sql`each.next_scheduled_start_time <= ${before}`}
        and each.state_type = 'SCHEDULED'
        and not coalesce(${isInProcess}, false)
      order by each.next_scheduled_start_time ${atMost(limit)}`,
    )}`;
  const query = sql<RunRow>`${selectFlowRuns} where flow_run.id in (${due})
    order by flow_run.next_scheduled_start_time, flow_run.id ${atMost(limit)}`;
  return (await scope.all(query, "flow_run")).map(flowRunFrom);
}

type PlannedRow = { id: string; flow_id: string; updated: string; revision: number; schedules: string };
type PlannedSchedule = Pick<DeploymentScheduleTable, "id" | "schedule" | "max_scheduled_runs">;

const plannedFields = {
  id: sql`own.id`,
  schedule: sql`own.schedule`,
  max_scheduled_runs: sql`own.max_scheduled_runs`,
};

export async function readPlanned(
  scope: Scope,
  { ids, after = "", limit }: { ids?: readonly string[]; after?: string; limit: number },
): Promise<PlannedDeployment[]> {
  const among = ids ? scope.dialect.isOneOf(sql.ref("deployment.id"), ids) : sql`1 = 1`;
  const rows = await scope.all(sql<PlannedRow>`
    select deployment.id, deployment.flow_id, deployment.updated, deployment.revision,
      ${scope.dialect.objects(plannedFields)} as schedules
    from deployment join deployment_schedule as own on own.deployment_id = deployment.id and own.active = 1
    where deployment.paused = 0 and deployment.id > ${after} and ${among}
    group by deployment.id order by deployment.id ${atMost(limit)}`);
  return rows.map(({ schedules, ...row }) => {
    const list: PlannedSchedule[] = JSON.parse(schedules);
    return { ...row, schedules: list.map((own) => ({ ...own, schedule: JSON.parse(own.schedule) })) };
  });
}

/** Idempotency key of one occurrence of a schedule, so that concurrent planners create one run. */
function keyOf(plan: PlannedRuns, time: string): string {
  const moment = time.replace("T", " ").replace(/(\.000000)?Z$/, "+00:00");
  return `scheduled ${plan.deployment_id} ${plan.schedule_id} ${moment}`;
}

export async function readUnscheduled(scope: Scope, plans: readonly PlannedRuns[]): Promise<PlannedRuns[]> {
  const wanted = plans.flatMap((plan) =>
    plan.times.map((time) => ({ flow_id: plan.flow_id, key: keyOf(plan, time) })),
  );
  if (wanted.length === 0) return [];
  const missing = await scope.all(sql<{ key: string }>`select wanted.key
    from ${scope.dialect.rowsOf({ flow_id: "text", key: "text" }, wanted)} as wanted
    where not exists (select 1 from flow_run
      where flow_run.flow_id = wanted.flow_id and idempotency_key = wanted.key)`);
  const keys = new Set(missing.map(({ key }) => key));
  return plans
    .map((plan) => ({ ...plan, times: plan.times.filter((time) => keys.has(keyOf(plan, time))) }))
    .filter(({ times }) => times.length > 0);
}

export async function writePlannedRuns(scope: WriteScope, planned: readonly PlannedRuns[]): Promise<void> {
  const plans = await readUnscheduled(scope, planned);
  const among = scope.dialect.isOneOf(sql.ref("deployment.id"), [
    ...new Set(plans.map(({ deployment_id }) => deployment_id)),
  ]);
  type Row = DeploymentRow & { flow_labels: string };
  const rows = await scope.all(sql<Row>`select planned.*, flow.labels as flow_labels
    from (${selectDeployments(scope.dialect)} where ${among}) as planned join flow on flow.id = planned.flow_id`);
  const known = new Map(rows.map((row) => [row.id, row]));
  for (const plan of plans) {
    const row = known.get(plan.deployment_id);
    // The deployment changed since the plan was computed; the change itself triggers a new plan.
    if (!row || row.revision !== plan.revision || row.paused === 1) continue;
    const schedule = schedulesOf(row).find(({ id }) => id === plan.schedule_id);
    if (schedule) for (const run of runsOf(scope, row, schedule, plan)) insertRun(scope, run);
  }
}

const schedulesOf = (row: DeploymentRow): DeploymentScheduleTable[] => JSON.parse(row.schedules);

interface PlannedRun {
  row: FlowRunTable;
  tags: string[];
}

function runsOf(
  scope: WriteScope,
  deployment: DeploymentRow & { flow_labels: string },
  schedule: DeploymentScheduleTable,
  plan: PlannedRuns,
): PlannedRun[] {
  const tags = [...new Set(["auto-scheduled", ...JSON.parse(deployment.tags)])];
  const labels = {
    ...JSON.parse(deployment.flow_labels),
    "prefect.flow.id": deployment.flow_id,
    "prefect.deployment.id": deployment.id,
    ...JSON.parse(deployment.labels),
  };
  const shared = {
    ...newRun,
    ...{ flow_id: deployment.flow_id, deployment_id: deployment.id, tags },
    ...{ parameters: { ...parseExact(deployment.parameters), ...parseExact(schedule.parameters) } },
    ...{ created_by: creatorOf(schedule), job_variables: parseExact(deployment.job_variables) },
  };
  const columns = {
    ...{ labels: JSON.stringify(labels), deployment_version: deployment.version, auto_scheduled: 1 },
    ...{ work_queue_id: deployment.work_queue_id, work_queue_name: deployment.work_queue_name },
    ...{ state_type: "SCHEDULED", state_name: "Scheduled", state_timestamp: scope.time },
  };
  return plan.times.map((time) => ({
    tags,
    row: {
      ...initialRow(scope, { ...shared, idempotency_key: keyOf(plan, time) }),
      ...columns,
      state_id: newId(scope.now()),
      expected_start_time: time,
      next_scheduled_start_time: time,
    },
  }));
}

/** Defaults of a scheduled run. */
const newRun = {
  ...{ name: null, state: null, flow_version: null, context: {}, parent_task_run_id: null, labels: null },
  ...{ infrastructure_document_id: null, work_pool_name: null, work_queue_name: null },
  empirical_policy: FlowRunPolicy.parse({}),
};

function creatorOf({ id, slug, schedule }: DeploymentScheduleTable) {
  const kind = [
    ["cron", "CronSchedule"],
    ["rrule", "RRuleSchedule"],
  ].find(([key]) => `${key}` in JSON.parse(schedule));
  return { id, type: "SCHEDULE", display_value: slug ?? kind?.[1] ?? "IntervalSchedule" };
}

/** Inserts the run with its state, without an event. */
function insertRun(scope: WriteScope, { row, tags }: PlannedRun): void {
  const columns = Object.keys(row);
  const places = columns.map(() => "?").join(", ");
  scope.write({
    sql: `insert into flow_run (${columns.join(", ")}) values (${places})`,
    values: Object.values(row),
  });
  const details = detailsJson({ ...noDetails, scheduled_time: row.next_scheduled_start_time });
  const state = [row.state_id, row.id, scope.time, "SCHEDULED", "Scheduled", "Flow run scheduled", null];
  scope.write({ sql: insertFlowRunStateSql, values: [...state, details] });
  writeTags(scope, row, tags);
  scope.rollup.move("flow_run", null, row);
  scope.changed("flow-runs", "created", row.id, row.id);
}
