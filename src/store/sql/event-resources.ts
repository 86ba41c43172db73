import { sql } from "kysely";
import type { Clause, Column, Dialect } from "./dialect.ts";
import { combined, startsWithAny } from "./filter.ts";

// What a filter of events asks of resources: of the one that an event is about, or of those it is related to.

export type Labels = Record<string, string | string[]>;
export interface Resources {
  id?: string[] | null | undefined;
  id_prefix?: string[] | null | undefined;
  role?: string[] | null | undefined;
  resources_in_roles?: [string, string][] | null | undefined;
  labels?: Labels | null | undefined;
}

/** Resources of an event: JSON lists, and whether the one that it is about is in one of them. */
export interface Among {
  lists: Column[];
  isWithPrimary: boolean;
  /** Which events are looked at, of a table named `windowed`. */
  window: Clause;
}

/** So many filters, and labels of one, become conditions of their own; what comes after is compared as data. */
const fewFilters = 4;
const fewLabels = 16;

const e = (column: string): Column => sql.ref(`event.${column}`);
const asList = (json: Column): Column => sql`('[' || ${json} || ']')`;

export const listed = <T>(value: T | T[] | null | undefined): T[] =>
  value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];

/** The resources that an event is related to; with those of `any_resource`, the one that it is about as well. */
export const relatedOnly = (window: Clause): Among => ({
  lists: [e("related")],
  isWithPrimary: false,
  window,
});
export const anyResource = (window: Clause): Among => ({
  ...{ lists: [e("related"), asList(e("resource"))], isWithPrimary: true, window },
});

/** For each of the filters, some resource of the event for which everything that it asks is true. */
export function someResources(dialect: Dialect, filters: readonly Resources[], among: Among): Clause[] {
  const distinct = [...new Map(filters.map((filter) => [JSON.stringify(filter), filter])).values()];
  const alone = distinct.filter((filter, at) => at < fewFilters && isSmall(filter));
  const others = distinct.filter((filter) => !alone.includes(filter));
  const clauses = alone.flatMap((filter) => someResource(dialect, filter, among));
  return others.length === 0 ? clauses : [...clauses, othersAreMet(dialect, others, among)];
}

const isSmall = ({ labels }: Resources) => Object.keys(labels ?? {}).length <= fewLabels;

/** Ids alone need no lists. */
function someResource(dialect: Dialect, filter: Resources, { lists, isWithPrimary }: Among): Clause[] {
  const hasDetail = filter.id_prefix?.length || filter.labels || filter.role?.length;
  const clauses: Clause[] = [];
  if (filter.id?.length) {
    const related = relatedTo(dialect.isOneOf(sql.ref("resource.resource_id"), filter.id));
    const isAbout = dialect.isOneOf(e("resource_id"), filter.id);
    clauses.push(isWithPrimary ? sql`(${isAbout} or ${related})` : related);
  }
  if (hasDetail) clauses.push(byElement(dialect, filter, lists));
  if (filter.resources_in_roles?.length) clauses.push(relatedTo(inRoles(dialect, filter.resources_in_roles)));
  return clauses;
}

const relatedTo = (condition: Clause): Clause =>
  sql`event.related_id in (
    select resource.related_id from event_related_resource as resource where ${condition})`;

function inRoles(dialect: Dialect, pairs: readonly [string, string][]): Clause {
  const wanted = dialect.rowsOf(
    { resource_id: "text", role: "text" },
    pairs.map(([resource_id, role]) => ({ resource_id, role })),
  );
  return sql`(resource.resource_id, resource.role) in (select wanted.resource_id, wanted.role from ${wanted} as wanted)`;
}

function byElement(dialect: Dialect, filter: Resources, lists: Column[]): Clause {
  const matches = (element: Column): Clause => {
    const id = dialect.field(element, "prefect.resource.id");
    const parts: Clause[] = [];
    if (filter.id?.length) parts.push(dialect.isOneOf(id, filter.id));
    if (filter.id_prefix?.length) parts.push(startsWithAny(dialect, id, filter.id_prefix));
    if (filter.role?.length)
      parts.push(dialect.isOneOf(dialect.field(element, "prefect.resource.role"), filter.role));
    parts.push(...labelClauses(dialect, element, filter.labels));
    return combined(parts) ?? sql`1 = 1`;
  };
  const some = lists.map((list) => dialect.someElement(list, matches));
  return combined(some, "or_") ?? sql`1 = 0`;
}

/** Conditions on the resource that an event is about. */
export function primaryLabels(dialect: Dialect, labels: Labels | null | undefined): Clause[] {
  if (!labels || isSmall({ labels })) return labelClauses(dialect, e("resource"), labels);
  return [eachIsMet(dialect, [{ labels }], [asList(e("resource"))])];
}

/** Every label must match one of its values, and none of those with a `!` before them. */
function labelClauses(dialect: Dialect, resource: Column, labels: Labels | null | undefined): Clause[] {
  return Object.entries(labels ?? {}).flatMap(([label, wanted]) => {
    const { yes, no } = sorted(wanted);
    const column = dialect.field(resource, label);
    const unlike = labelIs(dialect, column, no);
    return [
      ...(hasValues(yes) ? [labelIs(dialect, column, yes)] : []),
      ...(hasValues(no) ? [sql<boolean>`(${column} is not null and not ${unlike})`] : []),
    ];
  });
}

interface Values {
  exact: string[];
  globs: string[];
}
const hasValues = ({ exact, globs }: Values) => exact.length + globs.length > 0;

function sorted(wanted: string | string[]): { yes: Values; no: Values } {
  const values = listed<string>(wanted);
  const kinds = (texts: string[]): Values => ({
    exact: texts.filter((text) => !isGlob(text)),
    globs: texts.filter(isGlob),
  });
  return {
    yes: kinds(values.filter((value) => !value.startsWith("!"))),
    no: kinds(values.filter((value) => value.startsWith("!")).map((value) => value.slice(1))),
  };
}

const isGlob = (text: string) => /[*?]/.test(text);
const isBeginning = (glob: string) => glob.indexOf("*") === glob.length - 1 && !glob.includes("?");

function labelIs(dialect: Dialect, column: Column, { exact, globs }: Values): Clause {
  const starts = globs.length > 1 ? globs.filter(isBeginning) : [];
  const begun = new Set(starts);
  const others = globs.filter((glob) => !begun.has(glob));
  const [only, ...more] = others;
  const some: Clause[] = [];
  if (exact.length > 0) some.push(dialect.isOneOf(column, exact));
  if (starts.length > 0)
    some.push(
      startsWithAny(
        dialect,
        column,
        starts.map((glob) => glob.slice(0, -1)),
      ),
    );
  if (only !== undefined)
    some.push(
      more.length === 0
        ? dialect.isLike(column, sql`${dialect.pattern(only)}`)
        : dialect.isLikeSome(column, others),
    );
  return combined(some, "or_") ?? sql`1 = 0`;
}

/** Many events have the same list of related resources: each of those in question is looked at once. */
function othersAreMet(dialect: Dialect, filters: readonly Resources[], among: Among): Clause {
  if (among.isWithPrimary) return eachIsMet(dialect, filters, among.lists);
  const plain = filters.map(plainOf).filter((labels) => labels !== undefined);
  if (plain.length === filters.length) return plainAreMet(dialect, plain, among.window);
  return sql`event.related_id in (select listed.id from event_related as listed
    where listed.id in (select windowed.related_id from event as windowed where ${among.window})
      and ${eachIsMet(dialect, filters, [sql.ref("listed.related")])})`;
}

/** Labels and the values that each may have. */
type Plain = [label: string, values: string[]][];

/** A filter that asks for nothing but labels with one of some values; undefined for any other. */
function plainOf({ id, role, labels, id_prefix, resources_in_roles }: Resources): Plain | undefined {
  if (id_prefix?.length || resources_in_roles?.length) return undefined;
  const wantedLabels = Object.entries(labels ?? {}).map(
    ([label, wanted]) => [label, sorted(wanted)] as const,
  );
  if (wantedLabels.some(([, { yes, no }]) => yes.globs.length > 0 || hasValues(no) || !hasValues(yes)))
    return undefined;
  const plain: Plain = [
    ...wantedLabels.map(([label, { yes }]): Plain[number] => [label, yes.exact]),
    ...(id?.length ? [["prefect.resource.id", id] satisfies Plain[number]] : []),
    ...(role?.length ? [["prefect.resource.role", role] satisfies Plain[number]] : []),
  ];
  const isOnce = new Set(plain.map(([label]) => label)).size === plain.length;
  return plain.length > 0 && isOnce ? plain : undefined;
}

/** Found by joining labels with labels, and counting for how many filters an element has all that they ask. */
function plainAreMet(dialect: Dialect, filters: readonly Plain[], window: Clause): Clause {
  const wanted = dialect.rowsOf(
    { place: "integer", labels: "integer", label: "text", value: "text" },
    filters.flatMap((filter, place) =>
      filter.flatMap(([label, values]) =>
        [...new Set(values)].map((value) => ({ place, labels: filter.length, label, value })),
      ),
    ),
  );
  return sql`event.related_id in (
    with wanted as materialized (select * from ${wanted} as given)
    select met.id from (
      select listed.id, wanted.place from event_related as listed
        cross join ${dialect.labelsIn(sql.ref("listed.related"))} cross join wanted
      where ${dialect.inTime} and wanted.label = label.key and wanted.value = label.value
        and listed.id in (select windowed.related_id from event as windowed where ${window})
      group by listed.id, element.key, wanted.place, wanted.labels having count(*) = wanted.labels) as met
    group by met.id having count(distinct met.place) = ${filters.length})`;
}

/** The same conditions as data: the statement and its plan are as large for one filter as for ten thousand. */
function eachIsMet(dialect: Dialect, filters: readonly Resources[], lists: Column[]): Clause {
  const areMany = !filters.every(isSmall);
  const wanted = dialect.rowsOf(
    { ids: "text", starts: "text", roles: "text", pairs: "text", labels: "text", fields: "integer" },
    filters.map((filter) => ({
      ids: jsonOf(filter.id),
      starts: jsonOf(filter.id_prefix),
      roles: jsonOf(filter.role),
      pairs: jsonOf(filter.resources_in_roles?.map(([id, role]) => ({ id, role }))),
      labels: jsonOf(Object.entries(filter.labels ?? {}).map((label) => labelData(dialect, label))),
      fields: Object.values(filter.labels ?? {}).filter((values) => listed(values).length > 0).length,
    })),
  );
  const some = lists.map((list) =>
    dialect.someElement(list, (element) => {
      const conditions = [...(areMany ? [hasFields(dialect, element)] : []), isWanted(dialect, element)];
      return combined(conditions) ?? sql`1 = 1`;
    }),
  );
  return sql`not exists (with wanted as materialized (select * from ${wanted} as given)
    select 1 from wanted where ${dialect.inTime} and (${combined(some, "or_") ?? sql`1 = 0`}) is not true)`;
}

/** Null where nothing is asked for. */
const jsonOf = (list: readonly unknown[] | null | undefined): string | null =>
  list && list.length > 0 ? JSON.stringify(list) : null;

function labelData(dialect: Dialect, [label, wanted]: [string, string | string[]]) {
  const { yes, no } = sorted(wanted);
  const patterns = ({ globs }: Values) => globs.map(dialect.pattern);
  return {
    key: dialect.fieldKey(label),
    ...(hasValues(yes) && { exact: yes.exact, like: patterns(yes) }),
    ...(hasValues(no) && { notExact: no.exact, notLike: patterns(no) }),
  };
}

/** One with fewer labels than are asked for cannot have them all: the list of those is read for no such element. */
const hasFields = (dialect: Dialect, element: Column): Clause =>
  sql`${dialect.fieldCount(element)} >= wanted.fields`;

/** Whether an element is as a row of `wanted` asks. */
function isWanted(dialect: Dialect, element: Column): Clause {
  const id = dialect.field(element, "prefect.resource.id");
  const role = dialect.field(element, "prefect.resource.role");
  const where = (column: string, condition: (list: Column) => Clause): Clause =>
    sql`(${sql.ref(`wanted.${column}`)} is null or ${condition(sql.ref(`wanted.${column}`))})`;
  const startsWith = (start: Column): Clause => sql`substr(${id}, 1, length(${start})) = ${start}`;
  const isPair = (pair: Column): Clause =>
    sql`${dialect.field(pair, "id")} = ${id} and ${dialect.field(pair, "role")} = ${role}`;
  const isMissed = (label: Column) => isUnlike(dialect, element, label);
  const conditions = [
    where("ids", (list) => dialect.isInList(id, list)),
    where("starts", (list) => dialect.someElement(list, startsWith, "start")),
    where("roles", (list) => dialect.isInList(role, list)),
    where("pairs", (list) => dialect.someElement(list, isPair, "pair")),
    where("labels", (list) => sql`not ${dialect.someElement(list, isMissed, "label")}`),
  ];
  return combined(conditions) ?? sql`1 = 1`;
}

/** Whether a label of the element is not as wanted. */
function isUnlike(dialect: Dialect, element: Column, label: Column): Clause {
  const value = dialect.fieldAt(element, dialect.field(label, "key"));
  const isAmong = (exact: Column, like: Column): Clause => {
    const isLike = (pattern: Column) => dialect.isLike(value, pattern);
    return sql`(${dialect.isInList(value, exact)} or ${dialect.someElement(like, isLike, "wild")})`;
  };
  const [exact, like] = [dialect.field(label, "exact"), dialect.field(label, "like")];
  const [notExact, notLike] = [dialect.field(label, "notExact"), dialect.field(label, "notLike")];
  const isLiked = sql`(${exact} is null or ${isAmong(exact, like)})`;
  const isSpared = sql`(${notExact} is null or (${value} is not null and not ${isAmong(notExact, notLike)}))`;
  return sql`(${isLiked} and ${isSpared}) is not true`;
}
