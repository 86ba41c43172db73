import { sql } from "kysely";
import type { WriteScope } from "../engine/scope.ts";

interface Filed {
  group_id: string | null;
  occurred: string;
  flow_id: string | null;
  deployment_id: string | null;
  flow_version: string | null;
}

/** Withdraws a failure of a flow run: its group counts one less, and an empty group is deleted. */
export async function withdrawFailure(scope: WriteScope, stateId: string): Promise<void> {
  const filed = await scope.first(sql<Filed>`
    select failure.group_id, failure.occurred, run.flow_id, run.deployment_id, run.flow_version
    from failure left join flow_run as run on run.id = failure.flow_run_id where failure.state_id = ${stateId}`);
  if (!filed) return;
  scope.write(sql`delete from failure where state_id = ${stateId}`);
  const { group_id: group, occurred, ...subjects } = filed;
  if (group === null) return;
  const hour = occurred.slice(0, "2026-01-01T00".length);
  scope.write(sql`update failure_hour set total = total - 1 where group_id = ${group} and hour = ${hour}`);
  const touched = {
    flow: subjects.flow_id,
    deployment: subjects.deployment_id,
    version: subjects.flow_version,
  };
  for (const [kind, subject] of Object.entries(touched)) {
    if (subject === null) continue;
    scope.write(sql`update failure_touched set total = total - 1
      where group_id = ${group} and kind = ${kind} and subject = ${subject}`);
  }
  scope.write(sql`update failure_group set total = total - 1, flow_runs = flow_runs - 1, updated = ${scope.time}
    where id = ${group}`);
  for (const table of ["failure_hour", "failure_touched"])
    scope.write(sql`delete from ${sql.table(table)} where group_id = ${group} and total <= 0`);
  scope.write(sql`delete from failure_group where id = ${group} and total <= 0`);
  scope.changed("failures", "updated", group);
}
