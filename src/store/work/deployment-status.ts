import { sql } from "kysely";
import type { Deployment } from "../../schema/deployments.ts";
import type { WriteScope } from "../engine/scope.ts";
import type { Clause } from "../sql/dialect.ts";
import { reportDeployment } from "./deployment-events.ts";
import { rowsWhere } from "./deployment-rows.ts";

type Polled = { ids?: readonly string[]; work_queue_ids?: readonly string[] };

export async function markPolled(
  scope: WriteScope,
  { ids = [], work_queue_ids = [] }: Polled,
): Promise<void> {
  const { isOneOf } = scope.dialect;
  const polled = sql<boolean>`(${isOneOf(sql.ref("deployment.id"), ids)}
    or ${isOneOf(sql.ref("deployment.work_queue_id"), work_queue_ids)})`;
  await flip(scope, sql`${polled} and deployment.status <> 'READY'`, "READY");
  scope.write(sql`update deployment set last_polled = ${scope.time} where ${polled}`);
}

export async function markUnpolled(scope: WriteScope, time: string): Promise<void> {
  const silent = sql<boolean>`deployment.status = 'READY' and deployment.last_polled < ${time}`;
  await flip(scope, silent, "NOT_READY");
}

/** Only a different status is published as a change; further polls are not. */
async function flip(scope: WriteScope, where: Clause, status: Deployment["status"]): Promise<void> {
  const rows = await rowsWhere(scope, where);
  for (const row of rows) {
    scope.write(scope.dialect.build.updateTable("deployment").set({ status }).where("id", "=", row.id));
    scope.changed("deployments", "updated", row.id);
    reportDeployment(scope, status === "READY" ? "ready" : "not-ready", row);
  }
}
