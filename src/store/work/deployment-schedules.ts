import { sql } from "kysely";
import type { DeploymentSchedule, ScheduleCreate, ScheduleUpdate } from "../../schema/deployments.ts";
import { problem } from "../../schema/problems.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { inPortions, newId } from "../sql/rows.ts";
import type { DeploymentScheduleTable } from "../tables.ts";
import { scheduleFrom } from "./deployment-rows.ts";

type Row = DeploymentScheduleTable;

export const schedulesOf = (scope: Scope, deploymentId: string): Promise<Row[]> =>
  scope.all(sql<Row>`select * from deployment_schedule where deployment_id = ${deploymentId}
    order by created, id`);

/** Inserts new schedules of a deployment. */
export function addSchedules(
  scope: WriteScope,
  deploymentId: string,
  schedules: readonly ScheduleCreate[],
  known: readonly Row[] = [],
): DeploymentSchedule[] {
  refuseSameSlugs([...known.map(({ slug }) => slug), ...schedules.map(({ slug }) => slug)]);
  const rows = schedules.map(
    (input): Row => ({
      id: newId(scope.now()),
      created: scope.time,
      updated: scope.time,
      deployment_id: deploymentId,
      schedule: JSON.stringify(input.schedule),
      active: input.active ? 1 : 0,
      max_scheduled_runs: input.max_scheduled_runs ?? null,
      parameters: JSON.stringify(input.parameters),
      slug: input.slug,
      paused_until: null,
    }),
  );
  const { build } = scope.dialect;
  for (const some of inPortions(rows)) scope.write(build.insertInto("deployment_schedule").values(some));
  return rows.map(scheduleFrom);
}

function refuseSameSlugs(all: readonly (string | null)[]): void {
  const slugs = all.filter((slug) => slug !== null);
  if (new Set(slugs).size === slugs.length) return;
  throw problem("conflict", "Schedule slugs must be unique within a deployment.");
}

/** Replaces all schedules of an existing deployment. */
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
 * Schedules with slugs are kept: named ones are updated, new ones inserted, and none is removed, as others
 * may have been created elsewhere. If a given one has no slug it cannot be identified, so all are
 * replaced. Prefect also replaces all if a stored one has no slug; here that one is kept.
 */
export async function mergeSchedules(
  scope: WriteScope,
  deploymentId: string,
  schedules: readonly ScheduleUpdate[],
): Promise<void> {
  const known = await schedulesOf(scope, deploymentId);
  const isNamed = ({ slug }: { slug?: string | null | undefined }) => typeof slug === "string";
  const areKnownNamed = known.length > 0 && known.every(isNamed);
  const areSentNamed = schedules.every(isNamed);
  if (areKnownNamed && !areSentNamed)
    throw problem(
      "invalid",
      "Expected a slug for each schedule: those that the deployment has are known by it.",
    );
  if (!areSentNamed || (schedules.length === 0 && !areKnownNamed))
    return replaceSchedules(scope, deploymentId, schedules.map(whole));
  refuseClashes(known, schedules);
  const matched = schedules.map((input) => ({
    input,
    row: known.find(({ slug }) => slug !== null && slug === (input.replaces ?? input.slug)),
  }));
  const changed = matched.flatMap(({ row }) => row?.id ?? []);
  const others = known.filter(({ id }) => !changed.includes(id));
  refuseSameSlugs([...others, ...schedules].map(({ slug }) => slug ?? null));
  // While two exchange their slugs, both must not have the same one.
  const among = scope.dialect.isOneOf(sql.ref("id"), changed);
  scope.write(sql`update deployment_schedule set slug = null where ${among}`);
  for (const { input, row } of matched) if (row) writeSchedule(scope, row, input);
  const added = matched.filter(({ row }) => !row).map(({ input }) => whole(input));
  addSchedules(scope, deploymentId, added);
}

/** A slug belongs to one schedule, and is only taken from an existing one that gets another. */
function refuseClashes(known: readonly Row[], schedules: readonly ScheduleUpdate[]): void {
  const replaced = schedules.flatMap(({ replaces }) => replaces ?? []);
  const twice = replaced.find((slug, index) => replaced.indexOf(slug) !== index);
  if (twice !== undefined)
    throw problem("invalid", `Expected one schedule to replace "${twice}", got several.`);
  for (const { slug, replaces } of schedules) {
    if (!replaces || !slug || replaced.includes(slug) || !known.some((row) => row.slug === slug)) continue;
    throw problem(
      "invalid",
      `The schedule "${replaces}" cannot be renamed to "${slug}": another schedule has that slug.`,
    );
  }
}

function whole({ schedule, active, max_scheduled_runs, parameters, slug }: ScheduleUpdate): ScheduleCreate {
  if (!schedule)
    throw problem("invalid", `Expected a schedule for the new schedule${slug ? ` "${slug}"` : ""}.`);
  return {
    schedule,
    active: active ?? true,
    max_scheduled_runs,
    parameters: parameters ?? {},
    slug: slug ?? null,
    replaces: null,
  };
}

/** Applies only the given keys. */
export function writeSchedule(scope: WriteScope, { id }: Row, input: ScheduleUpdate): void {
  const { schedule, active, max_scheduled_runs, parameters, slug } = input;
  const sets = {
    updated: scope.time,
    ...(schedule && { schedule: JSON.stringify(schedule) }),
    ...(typeof active === "boolean" && { active: active ? 1 : 0, paused_until: null }),
    ...(max_scheduled_runs !== undefined && { max_scheduled_runs }),
    ...(parameters && { parameters: JSON.stringify(parameters) }),
    ...(slug !== undefined && { slug }),
  };
  scope.write(scope.dialect.build.updateTable("deployment_schedule").set(sets).where("id", "=", id));
}

export async function updateSchedule(
  scope: WriteScope,
  deploymentId: string,
  { id, input }: { id: string; input: ScheduleUpdate },
): Promise<boolean> {
  const known = await schedulesOf(scope, deploymentId);
  const row = known.find((schedule) => schedule.id === id);
  if (!row) return false;
  const others = known.filter((schedule) => schedule !== row).map(({ slug }) => slug);
  refuseSameSlugs([...others, input.slug === undefined ? row.slug : input.slug]);
  writeSchedule(scope, row, input);
  return true;
}

export async function removeSchedule(scope: WriteScope, deploymentId: string, id: string): Promise<boolean> {
  const known = await schedulesOf(scope, deploymentId);
  if (!known.some((schedule) => schedule.id === id)) return false;
  scope.write(scope.dialect.build.deleteFrom("deployment_schedule").where("id", "=", id));
  return true;
}
