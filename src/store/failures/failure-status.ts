import { sql } from "kysely";
import { type FailureGroup, type FailureStatus, failureStatuses } from "../../schema/failures.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Column } from "../sql/dialect.ts";
import type { FailureGroupTable } from "../tables.ts";

// A group that is ignored until a time is open from then on: nothing is written at that moment, its status is compared
// with the present wherever it is read.

/** The status of a group at present, as SQL. */
export const statusNow = (scope: Scope, group: string): Column => {
  const column = (name: string) => sql.ref(`${group}.${name}`);
  return sql`case when ${column("status")} = 'ignored' and ${column("ignored_until")} <= ${timeOf(scope)}
    then 'open' else ${column("status")} end`;
};

const timeOf = (scope: Scope): string => timestamp(scope.now());

type Status = Pick<FailureGroup, "status" | "status_since" | "ignored_until">;

/** The same of a row. */
export function currentStatus(
  scope: Scope,
  { status, status_since, ignored_until }: Pick<FailureGroupTable, keyof Status>,
): Status {
  const isOver = status === "ignored" && ignored_until !== null && ignored_until <= timeOf(scope);
  if (isOver) return { status: "open", status_since: ignored_until, ignored_until: null };
  return { status: statusOf(status), status_since, ignored_until };
}

const statusOf = (text: string): FailureStatus => failureStatuses.find((status) => status === text) ?? "open";

interface Change {
  status: FailureStatus;
  ignored_until: string | null;
}

/** Returns how many of the groups there are. */
export async function changeStatus(
  scope: WriteScope,
  ids: readonly string[],
  { status, ignored_until }: Change,
): Promise<number> {
  const query = sql<Pick<FailureGroupTable, "id" | keyof Status>>`
    select id, status, status_since, ignored_until from failure_group
    where ${scope.dialect.isOneOf(sql.ref("id"), ids)} order by id`;
  const rows = await scope.all(scope.dialect.locked(query, "failure_group"));
  for (const row of rows) {
    const now = currentStatus(scope, row);
    if (now.status === status && now.ignored_until === ignored_until) continue;
    scope.write(sql`update failure_group set status = ${status}, status_since = ${scope.time},
      ignored_until = ${ignored_until}, regressed = null, updated = ${scope.time} where id = ${row.id}`);
    scope.changed("failures", "updated", row.id);
  }
  return rows.length;
}
