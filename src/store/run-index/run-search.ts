import { sql } from "kysely";
import type { SearchPlace } from "../../schema/run-search.ts";
import type { RunKind, RunList } from "../engine/protocol.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause, Column } from "../sql/dialect.ts";
import { type EntityFilters, flowRunClauses, taskRunClauses } from "../sql/entity-filters.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import { indexKeysOf, statesOf } from "./access-paths.ts";
import { stateAsked } from "./run-filters.ts";
import { type AccessPath, idsOf, mergedPath, type PageRequest, plainPath, timeColumns } from "./run-pages.ts";

// A search for runs by what no index has. It goes along an index of what else is asked for in portions of so many runs:
// the end of the portion is looked up first, and then the runs of the portion that match are read. Each portion costs
// about the same, so that a search ends soon after it should, and goes on where it ended.

interface SearchRequest {
  kind: RunKind;
  sort: readonly [column: string, direction: "asc" | "desc"];
  filters: EntityFilters;
  limit: number;
  after: SearchPlace | null;
  /** Milliseconds. */
  patience: number;
}

interface Found {
  runs: RunList[];
  next: SearchPlace | null;
  searched: number;
}

/** The same as a response, as JSON in UTF-8. */
export function searchJson({ runs, next, searched }: Found): Uint8Array<ArrayBuffer> {
  const lists = runs.filter(({ count }) => count > 0).map(({ json }) => json.subarray(1, -1));
  const results = lists.flatMap((list, at) => (at === 0 ? [list] : [Buffer.from(","), list]));
  const rest = JSON.stringify({ next, searched }).slice(1);
  return Buffer.concat([Buffer.from('{"results":['), ...results, Buffer.from(`],${rest}`)]);
}

interface Search {
  scope: Scope;
  request: SearchRequest;
  path: AccessPath;
  /** Reads runs and nothing else. */
  select: (from: Column) => Column;
}

/** Runs of a portion: the first is small, as most of what is searched for is near. */
const [fewest, most] = [16, 32_000];
/** Milliseconds that a portion should take. */
const goal = 100;

export async function searchRuns(
  scope: Scope,
  request: SearchRequest,
  select: (from: Column) => Column,
): Promise<Found> {
  const began = performance.now();
  const path = await searchPathOf(scope, {
    ...{ kind: request.kind, sort: request.sort, filters: indexed(request.filters) },
    window: { limit: 0, offset: 0 },
  });
  const search: Search = { scope, request, path, select };
  const found: Found = { runs: [], next: request.after, searched: 0 };
  if (path.ranges.length === 0) return { ...found, next: null };
  let [size, count] = [fewest, 0];
  do {
    const started = performance.now();
    const portion = await readPortion(search, found.next, { size, limit: request.limit - count });
    count += portion.list.count;
    found.runs.push(portion.list);
    found.searched += portion.searched;
    found.next = portion.next;
    const took = performance.now() - started;
    size = Math.round(Math.min(most, Math.max(fewest, size * Math.min(4, goal / Math.max(took, 1)))));
  } while (found.next && count < request.limit && performance.now() - began < request.patience);
  return found;
}

/**
 * The path of a search, which looks at all runs that the filter finds: not along many states at once, of which each
 * would be read as far as all of them together.
 */
async function searchPathOf(scope: Scope, request: PageRequest): Promise<AccessPath> {
  const { kind, filters, sort } = request;
  if (sort[0] !== timeColumns[kind]) return plainPath(request, scope.dialect);
  const state = stateAsked(kind, filters);
  const [states, owned] = await Promise.all([
    state && statesOf(scope, kind, state.clause),
    kind === "flow_run" ? indexKeysOf(scope, filters) : undefined,
  ]);
  const isFew = states !== undefined && states.length <= mostStates;
  const rest = owned?.rest ?? filters;
  const found = { scope, request, states: isFew ? states : undefined, indexKeys: owned?.indexKeys, rest };
  return mergedPath(found) ?? plainPath(request, scope.dialect);
}
const mostStates = 3;

/** What indexes are for; everything else is looked at run by run. */
function indexed({ flow_runs, task_runs, ...others }: EntityFilters): EntityFilters {
  const { praetor: _, flow_version, name, ...ofFlowRuns } = flow_runs ?? {};
  const { praetor, name: taskName, ...ofTaskRuns } = task_runs ?? {};
  return {
    ...others,
    ...(Object.keys(ofFlowRuns).length > 0 && flow_runs?.operator !== "or_" ? { flow_runs: ofFlowRuns } : {}),
    ...(Object.keys(ofTaskRuns).length > 0 && task_runs?.operator !== "or_" ? { task_runs: ofTaskRuns } : {}),
  };
}

interface Portion {
  list: RunList;
  next: SearchPlace | null;
  searched: number;
}

interface Place {
  place: string | null;
  id: string;
}

/** Runs that have no place in the order come after all others, by their ids. */
async function readPortion(
  search: Search,
  after: SearchPlace | null,
  { size, limit }: { size: number; limit: number },
): Promise<Portion> {
  const isKeyed = after === null || after.key !== null;
  const hasKey = isKeyed ? search.path.hasKey : search.path.hasNoKey;
  const from = after ? [pastPlace(search.path, after)] : [];
  const last = await endOfPortion(search, [hasKey, ...from], size);
  if (!last) {
    const none = { list: { json: Buffer.from("[]"), count: 0 }, searched: 0 };
    return { ...none, next: isKeyed && !search.path.isNeverNull ? { key: null, id: firstId(search) } : null };
  }
  const isEnd = last.n < size;
  const within = [hasKey, ...from, upToPlace(search.path, last)];
  const { list, end } = await matches(search, within, limit);
  if (end) return { list, next: { key: end.place, id: end.id }, searched: last.n };
  if (isEnd && isKeyed && !search.path.isNeverNull)
    return { list, next: { key: null, id: firstId(search) }, searched: last.n };
  return { list, next: isEnd ? null : { key: last.place, id: last.id }, searched: last.n };
}

/** Before all ids in the direction of the search. */
const firstId = ({ request }: Search): string => (request.sort[1] === "asc" ? "" : "~");

const toward = (path: AccessPath, isForward: boolean): Column =>
  path.isAscending === isForward ? sql.raw(">") : sql.raw("<");

/** After a place, in the direction of the search. */
function pastPlace(path: AccessPath, { key, id }: SearchPlace): Clause {
  const beyond = toward(path, true);
  if (key === null) return sql`${path.id} ${beyond} ${id}`;
  return sql`${path.key} ${beyond}= ${key} and (${path.key} ${beyond} ${key} or ${path.id} ${beyond} ${id})`;
}

function upToPlace(path: AccessPath, { place, id }: Place): Clause {
  const before = toward(path, false);
  if (place === null) return sql`${path.id} ${before}= ${id}`;
  return sql`${path.key} ${before}= ${place} and (${path.key} ${before} ${place} or ${path.id} ${before}= ${id})`;
}

/** The last of so many runs, and how many there are. */
async function endOfPortion({ scope, path }: Search, clauses: Clause[], size: number) {
  const back = path.isAscending ? sql.raw("desc") : sql.raw("asc");
  return scope.first(sql<Place & { n: number }>`
    with portion as (${idsOf(path, whereAll(clauses), { limit: size, offset: 0 })})
    select place, id, (select cast(count(*) as integer) from portion) as n from portion
    order by place ${back}, id ${back} ${atMost(1)}`);
}

/** The first runs of the portion that match, and the place of the last one where there may be more. */
async function matches(search: Search, within: Clause[], limit: number) {
  const { scope, path, request, select } = search;
  const { kind, filters } = request;
  const clauses =
    kind === "flow_run" ? flowRunClauses(scope.dialect, filters) : taskRunClauses(scope.dialect, filters);
  const table = sql.table(kind);
  const id = sql.ref(`${kind}.id`);
  // In two steps: a run is looked at before it is sorted, and read whole only if it matches.
  const inPortion = sql`select portion.id, portion.place
    from (${idsOf(path, whereAll(within), { limit: most, offset: 0 })}) as portion
    ${scope.dialect.joinNext} ${table} on ${id} = portion.id where ${whereAll(clauses)}`;
  const order = (name: string) =>
    sql`order by ${sql.ref(`${name}.place`)} ${path.direction}, ${sql.ref(`${name}.id`)} ${path.direction}`;
  const found = sql`select id, place from (${inPortion}) as matching ${order("matching")} ${atMost(limit)}`;
  const list = await scope.list(
    sql`${select(sql`(${found}) as found ${scope.dialect.joinNext} ${table} on ${id} = found.id`)} ${order("found")}`,
    kind,
  );
  if (list.count < limit) return { list };
  const end = await scope.first(sql<Place>`select place, id from (${found}) as found
    order by place ${path.isAscending ? sql.raw("desc") : sql.raw("asc")},
      id ${path.isAscending ? sql.raw("desc") : sql.raw("asc")} ${atMost(1)}`);
  return { list, ...(end && { end }) };
}
