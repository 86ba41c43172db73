import { sql } from "kysely";
import type { WriteScope } from "../engine/scope.ts";
import { removeOwned } from "../records/automations.ts";
import { dropRuns } from "../run-index/run-deletion.ts";
import { reportDeployment } from "./deployment-events.ts";
import { removeOwnLimit } from "./deployment-limits.ts";
import type { DeploymentRow } from "./deployment-rows.ts";

/** Deletes a deployment, its runs that have not begun, its limit and the automations that it owns. Other runs remain without it. */
export async function dropDeployment(scope: WriteScope, row: DeploymentRow): Promise<void> {
  const { build } = scope.dialect;
  const runs = await scope.all(sql<{ id: string; waits: number }>`
    select id, state_type = 'SCHEDULED' and run_count = 0 as waits from flow_run where deployment_id = ${row.id}`);
  const [waiting, begun] = [runs.filter(({ waits }) => waits === 1), runs.filter(({ waits }) => waits !== 1)];
  await dropRuns(
    scope,
    waiting.map(({ id }) => id),
  );
  scope.write(
    sql`update flow_run set deployment_id = null, version = version + 1 where deployment_id = ${row.id}`,
  );
  for (const { id } of begun) scope.changed("flow-runs", "updated", id, id);
  await removeOwnLimit(scope, row.id);
  await removeOwned(scope, `prefect.deployment.${row.id}`);
  scope.write(build.deleteFrom("deployment").where("id", "=", row.id));
  scope.changed("deployments", "deleted", row.id);
  reportDeployment(scope, "deleted", row);
}
