import { sql } from "kysely";
import type { SearchPlace } from "../../schema/run-search.ts";
import type { RunKind } from "../engine/protocol.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause, Column } from "../sql/dialect.ts";
import type { EntityFilters } from "../sql/entity-filters.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import { indexKeysOf, statesOf } from "./access-paths.ts";
import { stateAsked } from "./run-filters.ts";
import { type AccessPath, idsOf, mergedPath, type PageRequest, plainPath, timeColumns } from "./run-pages.ts";

// Runs are looked at along an index of what is asked for, in portions of so many runs: the end of the portion is looked up
// first, and then the portion is read. Each portion costs about the same, so that a request ends soon after it should, and
// the next one goes on where it ended.

export interface WalkRequest {
  kind: RunKind;
  sort: readonly [column: string, direction: "asc" | "desc"];
  filters: EntityFilters;
  after: SearchPlace | null;
  /** Milliseconds. */
  patience: number;
}

/** A run: its place in the order, null where it has none, and its id. */
export interface Place {
  place: string | null;
  id: string;
}

/** How far a request has got. */
export interface Walked {
  next: SearchPlace | null;
  searched: number;
}

/** Runs of a portion: the first is small, as most of what is searched for is near. */
const [fewest, most] = [16, 32_000];
/** Milliseconds that a portion should take. */
const goal = 100;

/** The runs of one portion, as a query of their ids and places. */
export interface Portion {
  path: AccessPath;
  ids: Column;
}
/** Reads a portion. The answer ends the walk: at a run, or after the portion. */
type PortionReader = (portion: Portion) => Promise<{ isEnough: boolean; end?: Place | undefined }>;

/** Visits portion after portion until there are no more, the visitor has enough, or the request has used its time. */
export async function walkRuns(scope: Scope, request: WalkRequest, visit: PortionReader): Promise<Walked> {
  const began = performance.now();
  const path = await walkPathOf(scope, {
    ...{ kind: request.kind, sort: request.sort, filters: indexed(request.filters) },
    window: { limit: 0, offset: 0 },
  });
  if (path.ranges.length === 0) return { next: null, searched: 0 };
  const walked: Walked = { next: request.after, searched: 0 };
  let size = fewest;
  let isEnough = false;
  do {
    const started = performance.now();
    const portion = await visitPortion({ scope, path, size, visit }, walked.next);
    isEnough = portion.isEnough;
    walked.searched += portion.searched;
    walked.next = portion.next;
    const took = performance.now() - started;
    size = Math.round(Math.min(most, Math.max(fewest, size * Math.min(4, goal / Math.max(took, 1)))));
  } while (walked.next && !isEnough && performance.now() - began < request.patience);
  return walked;
}

/**
 * The path of a walk, which looks at all runs that the filter finds: not along many states at once, of which each
 * would be read as far as all of them together.
 */
async function walkPathOf(scope: Scope, request: PageRequest): Promise<AccessPath> {
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

interface PortionRequest {
  scope: Scope;
  path: AccessPath;
  size: number;
  visit: PortionReader;
}

/** Runs that have no place in the order come after all others, by their ids. */
async function visitPortion(
  { scope, path, size, visit }: PortionRequest,
  after: SearchPlace | null,
): Promise<Walked & { isEnough: boolean }> {
  const isKeyed = after === null || after.key !== null;
  const hasKey = isKeyed ? path.hasKey : path.hasNoKey;
  const from = after ? [pastPlace(path, after)] : [];
  const withoutKey = isKeyed && !path.isNeverNull ? { key: null, id: firstId(path) } : null;
  const last = await endOfPortion(scope, { path, size }, [hasKey, ...from]);
  if (!last) return { searched: 0, next: withoutKey, isEnough: false };
  const within = whereAll([hasKey, ...from, upToPlace(path, last)]);
  const { isEnough, end } = await visit({ path, ids: idsOf(path, within, { limit: most, offset: 0 }) });
  const searched = last.n;
  if (end) return { searched, next: { key: end.place, id: end.id }, isEnough };
  return { searched, next: last.n < size ? withoutKey : { key: last.place, id: last.id }, isEnough };
}

/** Before all ids in the direction of the walk. */
const firstId = ({ isAscending }: AccessPath): string => (isAscending ? "" : "~");

const toward = (path: AccessPath, isForward: boolean): Column =>
  path.isAscending === isForward ? sql.raw(">") : sql.raw("<");

/** After a place, in the direction of the walk. */
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
async function endOfPortion(
  scope: Scope,
  { path, size }: { path: AccessPath; size: number },
  clauses: Clause[],
) {
  const back = path.isAscending ? sql.raw("desc") : sql.raw("asc");
  return scope.first(sql<Place & { n: number }>`
    with portion as (${idsOf(path, whereAll(clauses), { limit: size, offset: 0 })})
    select place, id, (select cast(count(*) as integer) from portion) as n from portion
    order by place ${back}, id ${back} ${atMost(1)}`);
}
