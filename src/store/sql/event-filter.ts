import { sql } from "kysely";
import { taskRunEvents } from "../../schema/event-names.ts";
import type { EventFilter } from "../../schema/events.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Clause, Column, Dialect } from "./dialect.ts";
import { anyResource, listed, primaryLabels, relatedOnly, someResources } from "./event-resources.ts";
import { startsWithAny } from "./filter.ts";
import { textClauses } from "./text-query.ts";

// Filters of events. Here an empty list and a null constrain nothing, unlike in the filters of entities.

const dayMs = 86_400_000;
export const defaultSince = (now: number): string => timestamp(now - 180 * dayMs);

const e = (column: string): Column => sql.ref(`event.${column}`);

export function eventClauses(
  dialect: Dialect,
  filter: EventFilter | null | undefined,
  now: number,
): Clause[] {
  const since = filter?.occurred?.since ?? defaultSince(now);
  const until = filter?.occurred?.until ?? timestamp(now);
  const clauses: Clause[] = [sql`event.occurred >= ${since}`, sql`event.occurred <= ${until}`];
  const window: Clause = sql`windowed.occurred >= ${since} and windowed.occurred <= ${until}`;
  if (!filter) return clauses;
  clauses.push(...nameClauses(dialect, filter.event));
  if (filter.id?.id?.length) clauses.push(dialect.isOneOf(e("id"), filter.id.id));
  if (filter.resource) clauses.push(...primaryClauses(dialect, filter.resource));
  clauses.push(...someResources(dialect, listed(filter.related), relatedOnly(window)));
  clauses.push(...someResources(dialect, listed(filter.any_resource), anyResource(window)));
  if (filter.text?.query) clauses.push(...textClauses(filter.text.query, searchIn(dialect)));
  return clauses;
}

const searchIn = (dialect: Dialect) => {
  const all = sql`event.event || ' ' || event.resource || ' ' || event.related || ' ' || event.payload`;
  return (term: string) => dialect.contains(all, term);
};

function nameClauses(dialect: Dialect, filter: EventFilter["event"]): Clause[] {
  const clauses: Clause[] = [];
  const starts = (prefixes: string[]) => startsWithAny(dialect, e("event"), prefixes);
  if (filter?.prefix?.length) clauses.push(starts(filter.prefix));
  if (filter?.exclude_prefix?.length) clauses.push(sql`not ${starts(filter.exclude_prefix)}`);
  if (filter?.name?.length) {
    clauses.push(dialect.isOneOf(e("event"), filter.name));
    // Redundant, but it lets the partial index of names serve the query: it leaves out states of task runs.
    if (!filter.name.some((name) => name.startsWith(taskRunEvents))) clauses.push(sql`event.recorded = 0`);
  }
  if (filter?.exclude_name?.length) clauses.push(dialect.isNoneOf(e("event"), filter.exclude_name));
  return clauses;
}

function primaryClauses(dialect: Dialect, filter: NonNullable<EventFilter["resource"]>): Clause[] {
  const clauses: Clause[] = [];
  if (filter.id?.length) clauses.push(dialect.isOneOf(e("resource_id"), filter.id));
  if (filter.id_prefix?.length) clauses.push(startsWithAny(dialect, e("resource_id"), filter.id_prefix));
  clauses.push(...primaryLabels(dialect, filter.labels));
  // One event per resource: the newest.
  if (filter.distinct) {
    clauses.push(sql`event.seq in (select max(latest.seq) from event as latest group by latest.resource_id)`);
  }
  return clauses;
}
