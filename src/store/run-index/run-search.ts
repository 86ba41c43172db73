import { sql } from "kysely";
import type { SearchPlace } from "../../schema/run-search.ts";
import type { RunList } from "../engine/protocol.ts";
import type { Scope } from "../engine/scope.ts";
import type { Column } from "../sql/dialect.ts";
import { flowRunClauses, taskRunClauses } from "../sql/entity-filters.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import { type Place, type Portion, type WalkRequest, walkRuns } from "./run-portions.ts";

// A search for runs by what no index has: the runs of a portion that match are read.

interface SearchRequest extends WalkRequest {
  limit: number;
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

export async function searchRuns(
  scope: Scope,
  request: SearchRequest,
  select: (from: Column) => Column,
): Promise<Found> {
  const runs: RunList[] = [];
  let count = 0;
  const walked = await walkRuns(scope, request, async (portion) => {
    const found = await matches({ scope, request, select }, portion, request.limit - count);
    runs.push(found.list);
    count += found.list.count;
    return { isEnough: count >= request.limit, end: found.end };
  });
  return { runs, ...walked };
}

interface Search {
  scope: Scope;
  request: SearchRequest;
  /** Reads runs and nothing else. */
  select: (from: Column) => Column;
}

/** The first runs of the portion that match, and the place of the last one where there may be more. */
async function matches({ scope, request, select }: Search, { path, ids }: Portion, limit: number) {
  const { kind, filters } = request;
  const clauses =
    kind === "flow_run" ? flowRunClauses(scope.dialect, filters) : taskRunClauses(scope.dialect, filters);
  const table = sql.table(kind);
  const id = sql.ref(`${kind}.id`);
  // In two steps: a run is looked at before it is sorted, and read whole only if it matches.
  const inPortion = sql`select portion.id, portion.place
    from (${ids}) as portion
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
