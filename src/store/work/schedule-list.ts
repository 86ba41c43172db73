import { sql } from "kysely";
import type { deploymentSchedules, ListedSchedule } from "../../schema/deployment-schedules.ts";
import { ConcurrencyOptions } from "../../schema/deployments.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { deploymentClauses } from "../sql/entity-filters.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import { replan, rowOf } from "./deployment-writing.ts";

type Listed = Omit<ListedSchedule, "usual_seconds">;
type Row = Omit<Listed, "schedule" | "active" | "deployment_paused" | "tags" | "collision_strategy"> & {
  schedule: string;
  active: number;
  deployment_paused: number;
  tags: string;
  concurrency_options: string | null;
};

/** Schedules of the deployments that match, each with its deployment's pool and limits. */
export async function readSchedules(
  scope: Scope,
  input: Parsed<typeof deploymentSchedules.filter>,
): Promise<Listed[]> {
  const rows = await scope.all(
    sql<Row>`select own.id, own.schedule, own.active, own.paused_until, own.slug,
        deployment.id as deployment_id, deployment.name as deployment_name,
        deployment.paused as deployment_paused, deployment.tags, deployment.concurrency_options,
        flow.id as flow_id, flow.name as flow_name,
        pool.name as work_pool_name, pool.concurrency_limit as pool_limit,
        queue.name as work_queue_name, queue.concurrency_limit as queue_limit,
        held.slot_limit as deployment_limit
      from deployment_schedule as own join deployment on deployment.id = own.deployment_id
      join flow on flow.id = deployment.flow_id
      left join work_queue as queue on queue.id = deployment.work_queue_id
      left join work_pool as pool on pool.id = queue.work_pool_id
      left join concurrency_limit as held on held.id = deployment.limit_id and held.active = 1
      where ${whereAll(deploymentClauses(scope.dialect, input))}
      order by deployment.name, deployment.id, own.created, own.id
      ${atMost(input.limit)} offset ${input.offset}`,
  );
  return rows.map(listedFrom);
}

const listedFrom = ({ concurrency_options: options, ...row }: Row): Listed => ({
  ...row,
  schedule: JSON.parse(row.schedule),
  active: row.active === 1,
  deployment_paused: row.deployment_paused === 1,
  tags: JSON.parse(row.tags),
  collision_strategy:
    options === null ? "ENQUEUE" : ConcurrencyOptions.parse(JSON.parse(options)).collision_strategy,
});

/** Schedules resumed in one transaction. */
const portion = 200;

/** Pauses a schedule until a time, at which `resumeSchedules` resumes it; false without such a schedule. */
export async function pauseScheduleUntil(scope: WriteScope, id: string, until: string): Promise<boolean> {
  const [row] = await scope.all(
    sql<{ deployment_id: string }>`select deployment_id from deployment_schedule where id = ${id}`,
  );
  const deployment = row && (await rowOf(scope, row.deployment_id));
  if (!deployment) return false;
  const sets = { active: 0, paused_until: until, updated: scope.time };
  scope.write(scope.dialect.build.updateTable("deployment_schedule").set(sets).where("id", "=", id));
  await replan(scope, deployment, { dueToo: false });
  return true;
}

/** Resumes schedules whose pause has ended by `time`, a portion at a time; returns how many. */
export async function resumeSchedules(scope: WriteScope, time: string): Promise<number> {
  const due = await scope.all(
    sql<{ id: string; deployment_id: string }>`select id, deployment_id from deployment_schedule
      where paused_until is not null and paused_until <= ${time} order by paused_until ${atMost(portion)}`,
  );
  if (due.length === 0) return 0;
  const ids = due.map(({ id }) => id);
  scope.write(sql`update deployment_schedule set active = 1, paused_until = null, updated = ${scope.time}
    where ${scope.dialect.isOneOf(sql.ref("id"), ids)}`);
  for (const id of new Set(due.map((row) => row.deployment_id))) {
    const deployment = await rowOf(scope, id);
    if (deployment) await replan(scope, deployment, { dueToo: false });
  }
  return due.length;
}
