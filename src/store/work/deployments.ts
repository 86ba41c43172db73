import { sql } from "kysely";
import type { Deployment, deployments } from "../../schema/deployments.ts";
import type { namedSorts } from "../../schema/flows.ts";
import type { Parsed } from "../../schema/route.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { readRecentRuns } from "../run-index/recent-runs.ts";
import { deploymentClauses } from "../sql/entity-filters.ts";
import { atMost, orderBy, pageOf, type Sorts, skip, whereAll } from "../sql/pages.ts";
import { dropDeployment } from "./deployment-deletion.ts";
import { readRunLimit } from "./deployment-limits.ts";
import { type DeploymentRow, deploymentFrom, rowsWhere, selectDeployments } from "./deployment-rows.ts";
import { addSchedules, removeSchedule, schedulesOf, updateSchedule } from "./deployment-schedules.ts";
import { markPolled, markUnpolled } from "./deployment-status.ts";
import type { Deployments } from "./deployment-verbs.ts";
import { createDeployment, replan, rowOf, updateDeployment } from "./deployment-writing.ts";
import { readDueRuns, readPlanned, readUnscheduled, writePlannedRuns } from "./scheduled-runs.ts";

export const deploymentReads = (scope: Scope) =>
  ({
    read: async (id) => {
      const row = await rowOf(scope, id);
      return row && deploymentFrom(row, scope.now());
    },
    readByName: async (flowName, name) => {
      const flow = sql`(select id from flow where name = ${flowName})`;
      const rows = await rowsWhere(scope, sql`deployment.flow_id = ${flow} and deployment.name = ${name}`);
      return rows.map((row) => deploymentFrom(row, scope.now()))[0];
    },
    readMany: async (ids) => {
      const rows = await rowsWhere(scope, scope.dialect.isOneOf(sql.ref("deployment.id"), ids));
      return rows.map((row) => deploymentFrom(row, scope.now()));
    },
    filter: (input) => filter(scope, input),
    count: (input) => count(scope, input),
    paginate: async (input) => {
      const results = await filter(scope, { ...input, offset: skip(input) });
      return pageOf(results, await count(scope, input), input);
    },
    scheduledRuns: (input) => readDueRuns(scope, input),
    runLimit: (id) => readRunLimit(scope, id),
    planned: (page) => readPlanned(scope, page),
    unscheduled: (plans) => readUnscheduled(scope, plans),
    recentRuns: (input) => readRecentRuns(scope, input),
  }) satisfies Partial<Deployments>;

export const deploymentWrites = (scope: WriteScope) =>
  ({
    create: (input) => createDeployment(scope, input),
    update: (input) => updateDeployment(scope, input),
    delete: async (id) => {
      const row = await rowOf(scope, id);
      if (row) await dropDeployment(scope, row);
      return row !== undefined;
    },
    createSchedules: async (id, schedules) => {
      const row = await rowOf(scope, id);
      if (!row) return undefined;
      const added = addSchedules(scope, id, schedules, await schedulesOf(scope, id));
      await replan(scope, row, { dueToo: false });
      return added;
    },
    updateSchedule: async ({ id, schedule_id, ...given }) => {
      const row = await rowOf(scope, id);
      if (!row || !(await updateSchedule(scope, id, { id: schedule_id, given }))) return false;
      await replan(scope, row, { dueToo: false });
      return true;
    },
    deleteSchedule: async ({ id, schedule_id }) => {
      const row = await rowOf(scope, id);
      if (!row || !(await removeSchedule(scope, id, schedule_id))) return false;
      await replan(scope, row, { dueToo: true });
      return true;
    },
    markPolled: (polled) => markPolled(scope, polled),
    markUnpolled: (time) => markUnpolled(scope, time),
    scheduleRuns: (plans) => writePlannedRuns(scope, plans),
  }) satisfies Partial<Deployments>;

const sorts: Sorts<(typeof namedSorts)[number]> = {
  NAME_ASC: ["deployment.name", "asc"],
  NAME_DESC: ["deployment.name", "desc"],
  CREATED_DESC: ["deployment.created", "desc"],
  UPDATED_DESC: ["deployment.updated", "desc"],
};

/** The page is cut on ids; only its rows are read whole. */
async function filter(scope: Scope, input: Parsed<typeof deployments.filter>): Promise<Deployment[]> {
  const order = orderBy(sorts, input.sort, "deployment.id");
  const page = sql`select deployment.id from deployment where ${whereAll(deploymentClauses(scope.dialect, input))}
    order by ${order} ${atMost(input.limit)} offset ${input.offset}`;
  const rows = await scope.all(
    sql<DeploymentRow>`${selectDeployments(scope.dialect)} where deployment.id in (${page}) order by ${order}`,
  );
  return rows.map((row) => deploymentFrom(row, scope.now()));
}

async function count(scope: Scope, input: Parsed<typeof deployments.count>): Promise<number> {
  const where = whereAll(deploymentClauses(scope.dialect, input));
  const row = await scope.first(sql<{ n: number }>`select count(*) as n from deployment where ${where}`);
  return row?.n ?? 0;
}
