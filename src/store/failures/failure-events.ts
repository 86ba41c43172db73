import { sql } from "kysely";
import type { EventCreate } from "../../schema/events.ts";
import { failureGroupEvents, failureGroupResource } from "../../schema/failures.ts";
import { record } from "../changes/resource-events.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import type { Addition, Filing, OpenFailure } from "./filings.ts";

// Events that automations react to: a failure of a new group, of a known group, and of a group that was resolved.

interface Known {
  id: string;
  status: string;
  status_since: string;
  ignored_until: string | null;
}

/** Of the groups that are there before failures are added to them. */
export async function readStatuses(scope: Scope, ids: readonly string[]): Promise<Map<string, Known>> {
  if (ids.length === 0) return new Map();
  const rows = await scope.all(sql<Known>`
    select id, status, status_since, ignored_until from failure_group
    where ${scope.dialect.isOneOf(sql.ref("id"), ids)}`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** One event for all failures of a group that are filed together; none while the group is ignored. */
export function reportFailures(
  scope: WriteScope,
  { id, filing, failures }: Pick<Addition, "id" | "filing" | "failures">,
  known: Known | undefined,
): void {
  const last = failures.toSorted((a, b) => (a.occurred < b.occurred ? -1 : 1)).at(-1);
  const verb = last && verbOf(scope, known, last.occurred);
  if (!last || !verb) return;
  const { error_type, message } = filing;
  record(scope, failureGroupEvents[verb], {
    resource: {
      "prefect.resource.id": failureGroupResource(id),
      "prefect.resource.name": nameOf(filing),
    },
    related: relatedTo(last),
    payload: { error_type, message, failures: failures.length },
  });
}

function verbOf(
  scope: WriteScope,
  known: Known | undefined,
  occurred: string,
): keyof typeof failureGroupEvents | undefined {
  if (!known) return "created";
  if (known.status === "resolved" && occurred > known.status_since) return "reopened";
  const isIgnored =
    known.status === "ignored" && (known.ignored_until === null || known.ignored_until > scope.time);
  return isIgnored ? undefined : "seen";
}

const longestName = 200;
const nameOf = ({ error_type, message }: Filing): string =>
  [error_type, message].filter(Boolean).join(": ").slice(0, longestName);

function relatedTo({
  kind,
  run_id,
  flow_run_id,
  flow_id,
  deployment_id,
}: OpenFailure): EventCreate["related"] {
  const one = (role: string, id: string | null) =>
    id === null ? [] : [{ "prefect.resource.id": `prefect.${role}.${id}`, "prefect.resource.role": role }];
  return [
    ...one("flow-run", flow_run_id),
    ...one("task-run", kind === "task-run" ? run_id : null),
    ...one("flow", flow_id),
    ...one("deployment", deployment_id),
  ];
}
