import { sql } from "kysely";
import type { EventFilter } from "../schema/events.ts";
import { timestamp } from "../schema/scalars.ts";
import type { Clause, Column, Dialect } from "./dialect.ts";
import { taskRunEvents } from "./event-rows.ts";
import { combined } from "./filter.ts";
import { textClauses } from "./text-query.ts";

// Filters of events. Here an empty list and a null constrain nothing, unlike in the filters of entities.

type Labels = Record<string, string | string[]>;
interface Resources {
  id?: string[] | null;
  id_prefix?: string[] | null;
  role?: string[] | null;
  resources_in_roles?: [string, string][] | null;
  labels?: Labels | null;
}

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
  if (!filter) return clauses;
  clauses.push(...nameClauses(dialect, filter.event));
  if (filter.id?.id?.length) clauses.push(dialect.isOneOf(e("id"), filter.id.id));
  if (filter.resource) clauses.push(...primaryClauses(dialect, filter.resource));
  for (const related of listed(filter.related)) {
    clauses.push(...someResource(dialect, related, [e("related")]));
  }
  for (const any of listed(filter.any_resource)) {
    clauses.push(...someResource(dialect, any, [e("related"), asList(e("resource"))]));
  }
  if (filter.text?.query) clauses.push(...textClauses(filter.text.query, searchIn(dialect)));
  return clauses;
}

const listed = <T>(given: T | T[] | null | undefined): T[] =>
  given === null || given === undefined ? [] : Array.isArray(given) ? given : [given];

const asList = (json: Column): Column => sql`('[' || ${json} || ']')`;

const searchIn = (dialect: Dialect) => {
  const all = sql`event.event || ' ' || event.resource || ' ' || event.related || ' ' || event.payload`;
  return (term: string) => dialect.contains(all, term);
};

function nameClauses(dialect: Dialect, filter: EventFilter["event"]): Clause[] {
  const clauses: Clause[] = [];
  const startsWithSome = (prefixes: string[]) =>
    combined(
      prefixes.map((prefix) => dialect.startsWith(e("event"), prefix)),
      "or_",
    ) ?? sql`1 = 0`;
  if (filter?.prefix?.length) clauses.push(startsWithSome(filter.prefix));
  if (filter?.exclude_prefix?.length) clauses.push(sql`not ${startsWithSome(filter.exclude_prefix)}`);
  if (filter?.name?.length) {
    clauses.push(dialect.isOneOf(e("event"), filter.name));
    // Said outright, so that the index of names can answer, which leaves out what task runs tell.
    if (!filter.name.some((name) => name.startsWith(taskRunEvents))) clauses.push(sql`event.recorded = 0`);
  }
  if (filter?.exclude_name?.length)
    clauses.push(sql`not (${dialect.isOneOf(e("event"), filter.exclude_name)})`);
  return clauses;
}

function primaryClauses(dialect: Dialect, filter: NonNullable<EventFilter["resource"]>): Clause[] {
  const clauses: Clause[] = [];
  if (filter.id?.length) clauses.push(dialect.isOneOf(e("resource_id"), filter.id));
  if (filter.id_prefix?.length) clauses.push(prefixed(dialect, e("resource_id"), filter.id_prefix));
  clauses.push(...labelClauses(dialect, e("resource"), filter.labels));
  // One event per resource: the newest.
  if (filter.distinct) {
    clauses.push(sql`event.seq in (select max(latest.seq) from event as latest group by latest.resource_id)`);
  }
  return clauses;
}

/** Some resource of the event, of those in `lists`, for which everything asked is true. Ids alone need no lists. */
function someResource(dialect: Dialect, filter: Resources, lists: Column[]): Clause[] {
  const hasDetail = filter.id_prefix?.length || filter.labels || filter.role?.length;
  const clauses: Clause[] = [];
  if (filter.id?.length) {
    const related = relatedTo(dialect, filter.id);
    const isAbout = dialect.isOneOf(e("resource_id"), filter.id);
    clauses.push(lists.length > 1 ? sql`(${isAbout} or ${related})` : related);
  }
  if (hasDetail) clauses.push(byElement(dialect, filter, lists));
  for (const [id, inRole] of filter.resources_in_roles ?? []) {
    clauses.push(relatedTo(dialect, [id], inRole));
  }
  return clauses;
}

const relatedTo = (dialect: Dialect, ids: string[], role?: string): Clause => {
  const named = dialect.isOneOf(sql.ref("resource.resource_id"), ids);
  const inRole = role === undefined ? sql`` : sql` and resource.role = ${role}`;
  return sql`event.related_id in (
    select resource.related_id from event_related_resource as resource where ${named}${inRole})`;
};

function byElement(dialect: Dialect, filter: Resources, lists: Column[]): Clause {
  const matches = (element: Column): Clause => {
    const id = dialect.field(element, "prefect.resource.id");
    const parts: Clause[] = [];
    if (filter.id?.length) parts.push(dialect.isOneOf(id, filter.id));
    if (filter.id_prefix?.length) parts.push(prefixed(dialect, id, filter.id_prefix));
    if (filter.role?.length)
      parts.push(dialect.isOneOf(dialect.field(element, "prefect.resource.role"), filter.role));
    parts.push(...labelClauses(dialect, element, filter.labels));
    return combined(parts) ?? sql`1 = 1`;
  };
  const some = lists.map((list) => dialect.someElement(list, matches));
  return combined(some, "or_") ?? sql`1 = 0`;
}

const prefixed = (dialect: Dialect, column: Column, prefixes: string[]): Clause =>
  combined(
    prefixes.map((prefix) => dialect.startsWith(column, prefix)),
    "or_",
  ) ?? sql`1 = 0`;

/** Every label must match one of its values, and none of those with a `!` before them. */
function labelClauses(dialect: Dialect, resource: Column, labels: Labels | null | undefined): Clause[] {
  return Object.entries(labels ?? {}).flatMap(([label, wanted]) => {
    const values = listed<string>(wanted);
    const column = dialect.field(resource, label);
    const not = values.filter((value) => value.startsWith("!"));
    const yes = values
      .filter((value) => !value.startsWith("!"))
      .map((value) => labelIs(dialect, column, value));
    const no = not.map((value): Clause => {
      const clause = labelIs(dialect, column, value.slice(1));
      return sql`(${column} is not null and not ${clause})`;
    });
    return [...(yes.length > 0 ? [combined(yes, "or_") ?? sql`1 = 0`] : []), ...no];
  });
}

const labelIs = (dialect: Dialect, column: Column, value: string): Clause =>
  /[*?]/.test(value) ? dialect.matchesGlob(column, value) : sql`${column} = ${value}`;
