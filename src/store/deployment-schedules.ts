import { sql } from "kysely";
import type { DeploymentSchedule, ScheduleCreate, ScheduleUpdate } from "../schema/deployments.ts";
import { problem } from "../schema/problems.ts";
import { scheduleFrom } from "./deployment-rows.ts";
import { newId } from "./rows.ts";
import type { Scope, WriteScope } from "./scope.ts";
import type { DeploymentScheduleTable } from "./tables.ts";

type Row = DeploymentScheduleTable;

export const schedulesOf = (scope: Scope, deploymentId: string): Promise<Row[]> =>
  scope.all(sql<Row>`select * from deployment_schedule where deployment_id = ${deploymentId}
    order by updated desc, id`);

/** Schedules that are new to a deployment. */
export function addSchedules(
  scope: WriteScope,
  deploymentId: string,
  schedules: readonly ScheduleCreate[],
  known: readonly Row[] = [],
): DeploymentSchedule[] {
  refuseSameSlugs([...known.map(({ slug }) => slug), ...schedules.map(({ slug }) => slug)]);
  const rows = schedules.map(
    (given): Row => ({
      id: newId(scope.now()),
      created: scope.time,
      updated: scope.time,
      deployment_id: deploymentId,
      schedule: JSON.stringify(given.schedule),
      active: given.active ? 1 : 0,
      max_scheduled_runs: given.max_scheduled_runs ?? null,
      parameters: JSON.stringify(given.parameters),
      slug: given.slug,
    }),
  );
  const { build } = scope.dialect;
  if (rows.length > 0) scope.write(build.insertInto("deployment_schedule").values(rows));
  return rows.map(scheduleFrom);
}

function refuseSameSlugs(all: readonly (string | null)[]): void {
  const slugs = all.filter((slug) => slug !== null);
  if (new Set(slugs).size === slugs.length) return;
  throw problem("conflict", "Schedule slugs must be unique within a deployment.");
}

/** All schedules of an existing deployment anew. */
export function replaceSchedules(
  scope: WriteScope,
  deploymentId: string,
  schedules: readonly ScheduleCreate[],
): void {
  scope.write(
    scope.dialect.build.deleteFrom("deployment_schedule").where("deployment_id", "=", deploymentId),
  );
  addSchedules(scope, deploymentId, schedules);
}

/**
 * Schedules with slugs stay the ones they are: those named are changed, new ones made, the others removed.
 * Without slugs there is nothing to know them by, so they are all made anew.
 */
export async function mergeSchedules(
  scope: WriteScope,
  deploymentId: string,
  schedules: readonly ScheduleUpdate[],
): Promise<void> {
  const known = await schedulesOf(scope, deploymentId);
  if (known.length > 0 && known.every(({ slug }) => slug !== null) && schedules.some(({ slug }) => !slug)) {
    throw problem(
      "invalid",
      "Expected a slug for each schedule: those that the deployment has are known by it.",
    );
  }
  if (schedules.every(({ slug }) => !slug))
    return replaceSchedules(scope, deploymentId, schedules.map(whole));
  refuseSameSlugs(schedules.map(({ slug }) => slug ?? null));
  const matched = schedules.map((given) => ({
    given,
    row: known.find(({ slug }) => slug !== null && slug === (given.replaces ?? given.slug)),
  }));
  const kept = new Set(matched.map(({ row }) => row?.id));
  const gone = known.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
  scope.write(sql`delete from deployment_schedule where ${scope.dialect.isOneOf(sql.ref("id"), gone)}`);
  // Two that exchange their slugs must not have the same one in between.
  const among = scope.dialect.isOneOf(
    sql.ref("id"),
    [...kept].filter((id) => id !== undefined),
  );
  scope.write(sql`update deployment_schedule set slug = null where ${among}`);
  for (const { given, row } of matched) {
    if (row) writeSchedule(scope, row, { ...given, slug: given.slug ?? row.slug });
  }
  addSchedules(
    scope,
    deploymentId,
    matched.filter(({ row }) => !row).map(({ given }) => whole(given)),
  );
}

function whole({ schedule, active, max_scheduled_runs, parameters, slug }: ScheduleUpdate): ScheduleCreate {
  if (!schedule)
    throw problem("bad-request", `Expected a schedule for the new schedule${slug ? ` "${slug}"` : ""}.`);
  return {
    schedule,
    active: active ?? true,
    max_scheduled_runs,
    parameters: parameters ?? {},
    slug: slug ?? null,
    replaces: null,
  };
}

/** Applies only the keys that are there. */
export function writeSchedule(scope: WriteScope, { id }: Row, given: ScheduleUpdate): void {
  const { schedule, active, max_scheduled_runs, parameters, slug } = given;
  const sets = {
    updated: scope.time,
    ...(schedule && { schedule: JSON.stringify(schedule) }),
    ...(typeof active === "boolean" && { active: active ? 1 : 0 }),
    ...(max_scheduled_runs !== undefined && { max_scheduled_runs }),
    ...(parameters && { parameters: JSON.stringify(parameters) }),
    ...(slug !== undefined && { slug }),
  };
  scope.write(scope.dialect.build.updateTable("deployment_schedule").set(sets).where("id", "=", id));
}

export async function updateSchedule(
  scope: WriteScope,
  deploymentId: string,
  { id, given }: { id: string; given: ScheduleUpdate },
): Promise<boolean> {
  const known = await schedulesOf(scope, deploymentId);
  const row = known.find((schedule) => schedule.id === id);
  if (!row) return false;
  const others = known.filter((schedule) => schedule !== row).map(({ slug }) => slug);
  refuseSameSlugs([...others, given.slug === undefined ? row.slug : given.slug]);
  writeSchedule(scope, row, given);
  return true;
}

export async function removeSchedule(scope: WriteScope, deploymentId: string, id: string): Promise<boolean> {
  const known = await schedulesOf(scope, deploymentId);
  if (!known.some((schedule) => schedule.id === id)) return false;
  scope.write(scope.dialect.build.deleteFrom("deployment_schedule").where("id", "=", id));
  return true;
}
