import { sql } from "kysely";
import type {
  Deployment,
  DeploymentSchedule,
  deploymentSorts,
  deployments,
  ScheduleCreate,
} from "../../schema/deployments.ts";
import type { Parsed } from "../../schema/route.ts";
import type { PageOf } from "../../schema/scalars.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { countOf, nameOrders } from "../engine/table.ts";
import { noun } from "../noun.ts";
import { byLastRun, byNextRun } from "../run-index/owner-orders.ts";
import { readRecentRuns } from "../run-index/recent-runs.ts";
import { readUsualDurations } from "../run-index/usual-durations.ts";
import type { Column } from "../sql/dialect.ts";
import { deploymentClauses } from "../sql/entity-filters.ts";
import { atMost, pageOf, skip, whereAll } from "../sql/pages.ts";
import { dropDeployment } from "./deployment-deletion.ts";
import { readRunLimit } from "./deployment-limits.ts";
import { type DeploymentRow, deploymentFrom, rowsWhere, selectDeployments } from "./deployment-rows.ts";
import { addSchedules, removeSchedule, schedulesOf, updateSchedule } from "./deployment-schedules.ts";
import { markPolled, markUnpolled } from "./deployment-status.ts";
import { createDeployment, replan, rowOf, updateDeployment } from "./deployment-writing.ts";
import { pauseScheduleUntil, readSchedules, resumeSchedules } from "./schedule-list.ts";
import { readDueRuns, readPlanned, readUnscheduled, writePlannedRuns } from "./scheduled-runs.ts";

export const deploymentNoun = noun(
  {
    read: async (scope: Scope, id: string): Promise<Deployment | undefined> => {
      const row = await rowOf(scope, id);
      return row && deploymentFrom(row, scope.now());
    },
    readByName: async (scope: Scope, flowName: string, name: string): Promise<Deployment | undefined> => {
      const flow = sql`(select id from flow where name = ${flowName})`;
      const rows = await rowsWhere(scope, sql`deployment.flow_id = ${flow} and deployment.name = ${name}`);
      return rows.map((row) => deploymentFrom(row, scope.now()))[0];
    },
    readMany: async (scope: Scope, ids: readonly string[]): Promise<Deployment[]> => {
      const rows = await rowsWhere(scope, scope.dialect.isOneOf(sql.ref("deployment.id"), ids));
      return rows.map((row) => deploymentFrom(row, scope.now()));
    },
    filter,
    count,
    paginate: async (
      scope: Scope,
      input: Parsed<typeof deployments.paginate>,
    ): Promise<PageOf<Deployment>> => {
      const results = await filter(scope, { ...input, offset: skip(input) });
      return pageOf(results, await count(scope, input), input);
    },
    /** Due runs, soonest first. */
    scheduledRuns: readDueRuns,
    /** The limit on the runs of a deployment: null when there is none, undefined without deployment. */
    runLimit: readRunLimit,
    /** Deployments with active schedules, by id: the given ones, or a page of all of them. */
    planned: readPlanned,
    /** The given times without an existing run. */
    unscheduled: readUnscheduled,
    recentRuns: readRecentRuns,
    /** Schedules of the deployments that match, by name of the deployment. */
    listSchedules: readSchedules,
    /** Median seconds of the latest completed runs, by deployment; those without any are left out. */
    usualDurations: readUsualDurations,
  },
  {
    /**
     * By (flow, name): an existing one is updated, and its schedules are replaced. Throws the problem
     * `not-found` when the flow, the pool or the global limit is unknown, `conflict` when two slugs are the same.
     */
    create: createDeployment,
    /** Applies only the given keys. Throws as `create` does. */
    update: updateDeployment,
    /** With its schedules, its own limit and its scheduled runs; other runs remain without it. */
    delete: async (scope: WriteScope, id: string): Promise<boolean> => {
      const row = await rowOf(scope, id);
      if (row) await dropDeployment(scope, row);
      return row !== undefined;
    },
    createSchedules: async (
      scope: WriteScope,
      id: string,
      schedules: readonly ScheduleCreate[],
    ): Promise<DeploymentSchedule[] | undefined> => {
      const row = await rowOf(scope, id);
      if (!row) return undefined;
      const added = addSchedules(scope, id, schedules, await schedulesOf(scope, id));
      await replan(scope, row, { dueToo: false });
      return added;
    },
    updateSchedule: async (
      scope: WriteScope,
      { id, schedule_id, ...changes }: Parsed<typeof deployments.updateSchedule>,
    ): Promise<boolean> => {
      const row = await rowOf(scope, id);
      if (!row || !(await updateSchedule(scope, id, { id: schedule_id, input: changes }))) return false;
      await replan(scope, row, { dueToo: false });
      return true;
    },
    deleteSchedule: async (
      scope: WriteScope,
      { id, schedule_id }: Parsed<typeof deployments.deleteSchedule>,
    ): Promise<boolean> => {
      const row = await rowOf(scope, id);
      if (!row || !(await removeSchedule(scope, id, schedule_id))) return false;
      await replan(scope, row, { dueToo: true });
      return true;
    },
    pauseScheduleUntil,
    resumeSchedules,
    /** Marks deployments, or all deployments of queues, as READY because a client polled for their runs. */
    markPolled,
    /** Marks deployments that no client has polled since `time` as NOT_READY. */
    markUnpolled,
    /** Creates missing runs; skips deployments that changed since they were read. */
    scheduleRuns: writePlannedRuns,
  },
);

const byName = nameOrders("deployment");

function orderOf({ sort }: { sort: (typeof deploymentSorts)[number] }): Column {
  switch (sort) {
    case "LAST_RUN_DESC":
      return byLastRun("deployment");
    case "NEXT_RUN_ASC":
      return byNextRun("deployment");
    case "STATUS_ASC":
      return sql`case when deployment.paused = 1 then 2 when deployment.status = 'READY' then 1 else 0 end,
        deployment.name, deployment.id`;
    default:
      return byName({ sort });
  }
}

/** The page is selected by ids; only its rows are read in full. */
async function filter(scope: Scope, input: Parsed<typeof deployments.filter>): Promise<Deployment[]> {
  const order = orderOf(input);
  const page = sql`select deployment.id from deployment where ${whereAll(deploymentClauses(scope.dialect, input))}
    order by ${order} ${atMost(input.limit)} offset ${input.offset}`;
  const rows = await scope.all(
    sql<DeploymentRow>`${selectDeployments(scope.dialect)} where deployment.id in (${page}) order by ${order}`,
  );
  return rows.map((row) => deploymentFrom(row, scope.now()));
}

async function count(scope: Scope, input: Parsed<typeof deployments.count>): Promise<number> {
  return countOf(scope, sql`deployment where ${whereAll(deploymentClauses(scope.dialect, input))}`);
}
