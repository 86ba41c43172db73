import { sql } from "kysely";
import type { RunKind, RunList } from "../engine/protocol.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause, Column, Dialect } from "../sql/dialect.ts";
import { alsoTagged, type EntityFilters, flowRunClauses, taskRunClauses } from "../sql/entity-filters.ts";
import { never, on } from "../sql/filter.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import { type IndexKey, indexKeysOf, type StatePair, statesOf } from "./access-paths.ts";
import { expectedIn, stateAsked, withoutState } from "./run-filters.ts";
import { startBounds } from "./start-bounds.ts";

export interface PageRequest {
  kind: RunKind;
  sort: readonly [column: string, direction: "asc" | "desc"];
  /** What is sorted by instead of the column, where that grows with time; no index has it. */
  key?: Column | undefined;
  filters: EntityFilters;
  window: PageWindow;
}
export interface PageWindow {
  limit: number;
  offset: number;
}

/** The column after indexKey and state in the indexes: pages in its order are read without a sort. */
export const timeColumns = {
  flow_run: "flow_run.sort_time",
  task_run: "task_run.expected_start_time",
} as const;

/** Most ranges that are merged; beyond that a page is read along the order alone. */
const maxRanges = 64;
/** Largest offset for merging, as each range is read up to the end of the page. */
const maxDepth = 5000;
/** Up to this many runs are read and sorted rather than searched in the order of all runs. */
const few = 4000;

/** How a page is read, possibly in two parts. */
interface PageReader<P> {
  /** Reads the runs whose ids are `found.id`, in that order; `found` is a table. */
  read(found: Column, order: Column): Promise<P>;
  none: P;
  countOf(part: P): number;
  together(first: P, second: P): P;
}

/** A page of runs, in order; runs without the sort key come last either way. */
export async function pageOfRuns<P>(scope: Scope, request: PageRequest, page: PageReader<P>): Promise<P> {
  const { limit, offset } = request.window;
  const path = await accessPathOf(scope, request);
  if (limit === 0 || path.ranges.length === 0) return page.none;
  const { direction } = path;
  const order = sql`order by found.place ${direction}, found.id ${direction}`;
  const part = (hasKey: Clause, window: PageWindow) =>
    page.read(sql`(${idsOf(path, hasKey, window)}) as found`, order);
  const keyed = await part(path.hasKey, { limit, offset });
  const count = page.countOf(keyed);
  if (count === limit || path.isNeverNull) return keyed;
  // In two steps, for no index holds rows without a key where both databases and both directions want them.
  const passed = count > 0 || offset === 0 ? offset + count : await countOf(scope, path);
  const left = { limit: limit - count, offset: Math.max(0, offset - passed) };
  return page.together(keyed, await part(path.hasNoKey, left));
}

/** For pages of rows. */
export const rowsOfPage = <R>(read: PageReader<R[]>["read"]): PageReader<R[]> => ({
  read,
  none: [],
  countOf: (rows) => rows.length,
  together: (first, second) => [...first, ...second],
});

/** For pages that are passed on as JSON; `select` reads runs and nothing else. */
export const listOfPage = (
  scope: Scope,
  kind: RunKind,
  select: (from: Column) => Column,
): PageReader<RunList> => ({
  read: (found, order) => {
    const table = sql.table(kind);
    const from = sql`${found} ${scope.dialect.joinNext} ${table} on ${sql.ref(`${kind}.id`)} = found.id`;
    return scope.list(sql`${select(from)} ${order}`, kind);
  },
  none: { json: Buffer.from("[]"), count: 0 },
  countOf: ({ count }) => count,
  together: (first, second) => {
    if (second.count === 0) return first;
    if (first.count === 0) return second;
    const parts = [first.json.subarray(0, -1), Buffer.from(","), second.json.subarray(1)];
    return { json: Buffer.concat(parts), count: first.count + second.count };
  },
});

/**
 * How many flow runs there are, if the tag table covers the filter, or at least between which
 * starts to look; undefined elsewhere.
 */
export async function countTagged(scope: Scope, filters: EntityFilters): Promise<number | undefined> {
  if (!filters.flow_runs?.tags) return undefined;
  const sort = [timeColumns.flow_run, "desc"] as const;
  const path = await accessPathOf(scope, {
    kind: "flow_run",
    sort,
    filters,
    window: { limit: 0, offset: 0 },
  });
  return path.isOfTags || path.isBounded ? countOf(scope, { ...path, hasKey: sql`1 = 1` }) : undefined;
}

async function accessPathOf(scope: Scope, request: PageRequest): Promise<AccessPath> {
  const { kind, filters, sort } = request;
  const state = stateAsked(kind, filters);
  const isInTime = sort[0] === timeColumns[kind];
  const expected = kind === "flow_run" && isInTime ? expectedIn(filters.flow_runs) : undefined;
  const [states, owned, bounds] = await Promise.all([
    state && statesOf(scope, kind, state.clause),
    kind === "flow_run" ? indexKeysOf(scope, filters) : undefined,
    expected && startBounds(scope, expected),
  ]);
  const found: PathInput = {
    scope,
    request,
    states,
    indexKeys: owned?.indexKeys,
    rest: owned?.rest ?? filters,
  };
  if (!isInTime) {
    const sorted = await sortedPath(found);
    if (sorted) return sorted;
    return request.key ? growingPath(request, scope.dialect, states) : plainPath(request, scope.dialect);
  }
  const path = mergedPath(found) ?? plainPath(request, scope.dialect);
  if (!bounds) return path;
  const { low, high, hasEarly } = bounds;
  const within = whereAll([
    ...(low === undefined ? [] : [sql<boolean>`${path.key} >= ${low}`]),
    ...(high === undefined ? [] : [sql<boolean>`${path.key} <= ${high}`]),
  ]);
  const ranges = path.ranges.map((range) => whereAll([range, within]));
  const early = hasEarly ? earlyRuns(scope.dialect, filters) : undefined;
  const isBounded = low !== undefined && high !== undefined;
  return { ...path, ranges, early, isBounded, isNeverNull: true };
}

/** They are few: all of them are read, and put in order with the others. */
const earlyRuns = (dialect: Dialect, filters: EntityFilters): Column =>
  sql`select flow_run.id, flow_run.sort_time as place from ${dialect.along("flow_run", "flow_run_early")}
    where flow_run.start_time < flow_run.expected_start_time and ${whereAll(flowRunClauses(dialect, filters))}`;

export interface PathInput {
  scope: Scope;
  request: PageRequest;
  states: readonly StatePair[] | undefined;
  indexKeys: IndexKey[] | undefined;
  /** Conditions besides the index keys. */
  rest: EntityFilters;
}

/** How a page is read: by one query, or by one for each range, of which the first rows are merged. */
export interface AccessPath {
  from: Column;
  id: Column;
  key: Column;
  direction: Column;
  isAscending: boolean;
  /** Said as the index has it: PostgreSQL takes no other for the order. */
  nulls: Column;
  hasKey: Clause;
  hasNoKey: Clause;
  isNeverNull: boolean;
  /** Whether no run is looked at, only its tags. */
  isOfTags: boolean;
  /** Whether the ranges end in both directions of time. */
  isBounded: boolean;
  ranges: Clause[];
  rest: Clause;
  /** Other runs, with their places, that lie outside of the ranges. */
  early: Column | undefined;
}

/** Along the order, until enough rows match. */
export function plainPath(request: PageRequest, dialect: Dialect): AccessPath {
  const { kind, filters } = request;
  const [column, direction] = request.sort;
  const key = request.key ?? sql.ref(column);
  return {
    from: sql.table(kind),
    id: sql.ref(`${kind}.id`),
    key,
    direction: direction === "asc" ? sql.raw("asc") : sql.raw("desc"),
    isAscending: direction === "asc",
    nulls: nullsFirst.has(column) ? (direction === "asc" ? sql` nulls first` : sql` nulls last`) : sql``,
    hasKey: sql`${key} is not null`,
    hasNoKey: sql`${key} is null`,
    isNeverNull: neverNull.has(column),
    isOfTags: false,
    isBounded: false,
    ranges: [sql`1 = 1`],
    rest: whereAll(clausesOf(dialect, kind, filters)),
    early: undefined,
  };
}

/** In an order that grows while a run is running: along the index, merged with those that are running. */
function growingPath(
  request: PageRequest,
  dialect: Dialect,
  states: readonly StatePair[] | undefined,
): AccessPath {
  const { kind, key, ...stored } = request;
  const path = plainPath({ ...stored, kind }, dialect);
  const type = sql.ref(`${kind}.state_type`);
  const isElse = states?.every(({ state_type }) => state_type === "RUNNING") === true;
  return {
    ...path,
    ranges: [isElse ? never : sql`${type} is distinct from 'RUNNING'`],
    // The key is in microseconds, the column in seconds.
    early: sql`select ${path.id} as id, ${key} / 1000000.0 as place from ${path.from} where ${type} = 'RUNNING' and ${path.rest}`,
  };
}
/** Times that may be missing, whose indexes hold all rows. */
const nullsFirst = new Set([
  ...["flow_run.sort_time", "flow_run.expected_start_time", "flow_run.end_time"],
  ...["task_run.expected_start_time", "task_run.end_time"],
]);
const neverNull = new Set([
  ...["flow_run.id", "flow_run.name", "flow_run.total_run_time"],
  ...["task_run.id", "task_run.name", "task_run.total_run_time"],
]);

/** Along an index that begins with an indexKey, with a state, or with both, and goes on in the order of time. */
export function mergedPath({ scope, request, states, indexKeys, rest }: PathInput): AccessPath | undefined {
  const { kind, window } = request;
  if (!states && !indexKeys) return undefined;
  const source = sourceOf(kind, indexKeys);
  const ranges = indexRangesOf(scope.dialect, source.name, indexKeys, states);
  if (ranges.length > maxRanges || (ranges.length > 1 && window.offset + window.limit > maxDepth))
    return undefined;
  const others = states ? withoutState(kind, rest) : rest;
  if (source.name === "tagged") return taggedPath(scope.dialect, request, { source, ranges, rest: others });
  return {
    ...plainPath(request, scope.dialect),
    ranges,
    rest: whereAll(clausesOf(scope.dialect, kind, others)),
  };
}

/** The tag table has state and time of its runs: runs are only read for other conditions. */
function taggedPath(
  dialect: Dialect,
  request: PageRequest,
  { source, ranges, rest }: { source: Source; ranges: Clause[]; rest: EntityFilters },
): AccessPath {
  const { start_time, ...others } = rest.flow_runs ?? {};
  const { is_null_ = null, ...range } = start_time ?? {};
  // An empty filter would still ask for the run itself.
  const left = Object.keys(others).length > 0 ? others : undefined;
  const own = is_null_ === null ? { ...rest, flow_runs: left } : rest;
  const clauses = flowRunClauses(dialect, own);
  const within = on(sql.ref("tagged.start"))(dialect, range);
  return {
    ...plainPath(request, dialect),
    from: clauses.length === 0 ? source.from : sql`${source.from} cross join flow_run`,
    isOfTags: clauses.length === 0,
    id: source.id,
    key: sql.ref("tagged.start"),
    nulls: sql``,
    hasKey: sql`tagged.start > ''`,
    hasNoKey: sql`tagged.start = ''`,
    ranges,
    rest: whereAll([
      ...within,
      ...(clauses.length === 0 ? [] : [sql<boolean>`flow_run.id = tagged.flow_run_id`, ...clauses]),
    ]),
  };
}

/** Reads and sorts all candidates, when they are few. */
async function sortedPath({
  scope,
  request,
  states,
  indexKeys,
  rest,
}: PathInput): Promise<AccessPath | undefined> {
  const { kind } = request;
  const plain = plainPath(request, scope.dialect);
  const inStates = states?.reduce((sum, { runs }) => sum + runs, 0) ?? Number.POSITIVE_INFINITY;
  const path = ({ id, from }: Source, ranges: Clause[], others: EntityFilters): AccessPath => {
    const each = ranges.map((range) => sql`select ${id} as id from ${from} where ${range}`);
    const clauses = clausesOf(scope.dialect, kind, others);
    return {
      ...plain,
      from: sql`(${sql.join(each, sql` union `)}) as few cross join ${sql.table(kind)}`,
      rest: whereAll([sql`${sql.ref(`${kind}.id`)} = few.id`, ...clauses]),
    };
  };
  if (states?.length === 0 || indexKeys?.length === 0) return { ...plain, ranges: [] };
  if (indexKeys) {
    const source = sourceOf(kind, indexKeys);
    const within = states && indexKeys.length * states.length <= maxRanges ? states : undefined;
    const ranges = indexRangesOf(scope.dialect, source.name, indexKeys, within);
    const each = ranges.map((range) => sql`select 1 as one from ${source.from} where ${range}`);
    const row = await scope.first(sql<{ n: number }>`select cast(count(*) as integer) as n
      from (${sql.join(each, sql` union all `)} ${atMost(few + 1)}) as matching`);
    if (row && row.n <= few) return path(source, ranges, within ? withoutState(kind, rest) : rest);
  }
  if (!states || inStates > few || states.length > maxRanges) return undefined;
  return path(
    sourceOf(kind),
    indexRangesOf(scope.dialect, kind, undefined, states),
    withoutState(kind, request.filters),
  );
}

/** The table scanned for index keys and states: the runs, or their tags. */
interface Source {
  name: string;
  from: Column;
  /** That of the run. */
  id: Column;
}

const sourceOf = (kind: RunKind, indexKeys?: readonly IndexKey[]): Source =>
  indexKeys?.[0]?.column === "tag"
    ? { name: "tagged", from: sql`flow_run_tag as tagged`, id: sql.ref("tagged.flow_run_id") }
    : { name: kind, from: sql.table(kind), id: sql.ref(`${kind}.id`) };

/** Each indexKey with each state. */
function indexRangesOf(
  dialect: Dialect,
  table: string,
  indexKeys: readonly IndexKey[] | undefined,
  states: readonly StatePair[] | undefined,
): Clause[] {
  const owned = indexKeys?.map((indexKey) => isOf(dialect, table, indexKey)) ?? [undefined];
  const inStates = states?.map((pair): Clause => isIn(table, pair)) ?? [undefined];
  return owned.flatMap((indexKey) =>
    inStates.map((state) => whereAll([indexKey, state].filter((clause) => clause !== undefined))),
  );
}

function isOf(dialect: Dialect, table: string, { column, value, also = [] }: IndexKey): Clause {
  const others = alsoTagged(dialect, sql.ref(`${table}.flow_run_id`), also);
  return whereAll([sql`${sql.ref(`${table}.${column}`)} = ${value}`, ...others]);
}

function isIn(table: string, { state_type, state_name }: StatePair): Clause {
  const [type, name] = [sql.ref(`${table}.state_type`), sql.ref(`${table}.state_name`)];
  if (state_type !== null) return sql`${type} = ${state_type} and ${name} = ${state_name}`;
  return table === "tagged" ? sql`${type} = '' and ${name} = ''` : sql`${type} is null and ${name} is null`;
}

const clausesOf = (dialect: Dialect, kind: RunKind, filters: EntityFilters): Clause[] =>
  kind === "flow_run" ? flowRunClauses(dialect, filters) : taskRunClauses(dialect, filters);

/** The ids of runs and their places in the order. */
export function idsOf(path: AccessPath, hasKey: Clause, { limit, offset }: PageWindow): Column {
  const { from, id, key, nulls, direction, ranges, rest, early } = path;
  const toward = (by: Column, tie: Column) => sql`order by ${by} ${direction}${nulls}, ${tie} ${direction}`;
  const each = (range: Clause, window: PageWindow) => sql`select ${id} as id, ${key} as place from ${from}
    where ${range} and ${hasKey} and ${rest} ${toward(key, id)} ${atMost(window.limit)} offset ${window.offset}`;
  const [only, ...more] = ranges;
  if (only && more.length === 0 && !early) return each(only, { limit, offset });
  const parts = ranges.map(
    (range) => sql`select * from (${each(range, { limit: limit + offset, offset: 0 })}) as part`,
  );
  if (early) parts.push(early);
  // Distinct, for a run with two of the tags is found in two ranges.
  return sql`select distinct id, place from (${sql.join(parts, sql` union all `)}) as merged
    ${toward(sql.ref("place"), sql.ref("id"))} ${atMost(limit)} offset ${offset}`;
}

async function countOf(scope: Scope, { from, id, ranges, hasKey, rest, early }: AccessPath): Promise<number> {
  if (ranges.length === 0) return 0;
  const each = ranges.map(
    (range) => sql`select ${id} as id from ${from} where ${range} and ${hasKey} and ${rest}`,
  );
  if (early) each.push(sql`select id from (${early}) as early`);
  const row = await scope.first(
    sql<{
      n: number;
    }>`select cast(count(*) as integer) as n from (${sql.join(each, sql` union `)}) as counted`,
  );
  return row?.n ?? 0;
}
