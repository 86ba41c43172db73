import { sql } from "kysely";
import type { RunKind } from "../engine/protocol.ts";
import { daySpan } from "../engine/rollup.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause } from "../sql/dialect.ts";
import { deploymentClauses, type EntityFilters, flowClauses, queueClauses } from "../sql/entity-filters.ts";
import { atMost, whereAll } from "../sql/pages.ts";
import type { StateClause } from "./run-filters.ts";
import { rollupState } from "./run-filters.ts";

// The index by which a page of runs is read. Frequent filters (a state; a tag, a deployment, a flow, a queue)
// have an index followed by the time, so that a page costs the same for rare and frequent states.

/** A value of the leading column of an index. */
export interface IndexKey {
  column: "tag" | "deployment_id" | "flow_id" | "work_queue_id";
  value: string;
  /** Tags that the run must have, too. */
  also?: readonly string[];
}
export interface StatePair {
  state_type: string | null;
  state_name: string | null;
  runs: number;
}

const maxKeys = 32;
/** Counting stops here: more frequent tags are not distinguished. */
const many = 1000;
/** Most rows counted for all tags together. */
const mostCounted = 32_000;

/** The states that runs are in and that are asked for, with how many there are of each: read from the rollups. */
export function statesOf(scope: Scope, kind: RunKind, byState: StateClause): Promise<readonly StatePair[]> {
  const [type, name] = rollupState;
  return scope.cached(sql<StatePair>`
    select ${type} as state_type, ${name} as state_name, cast(sum(runs) as integer) as runs from run_tally as tally
    where kind = ${sql.lit(kind)} and span = ${sql.lit(daySpan)} and ${byState(scope.dialect, type, name)}
    group by tally.state_type, tally.state_name having sum(runs) > 0`);
}

export interface KeyedFilters {
  indexKeys: IndexKey[];
  /** Remaining conditions. */
  rest: EntityFilters;
}

/** The few index keys that cover the filter, the most selective kind first; undefined if there are none. */
export async function indexKeysOf(scope: Scope, filters: EntityFilters): Promise<KeyedFilters | undefined> {
  const { flow_runs, deployments, flows, work_pools, work_queues, work_pool_queues, ...others } = filters;
  const tagged = await tagsOf(scope, flow_runs);
  if (tagged) return { indexKeys: tagged.indexKeys, rest: { ...filters, flow_runs: tagged.rest } };
  const among = (column: IndexKey["column"], ids: readonly string[]) =>
    ids.map((value): IndexKey => ({ column, value }));
  const { any_, is_null_ } = flow_runs?.deployment_id ?? {};
  if (any_ && any_.length <= maxKeys && !is_null_ && flow_runs?.operator !== "or_") {
    const { deployment_id: _, ...rest } = flow_runs ?? {};
    return { indexKeys: among("deployment_id", any_), rest: { ...filters, flow_runs: rest } };
  }
  const { dialect } = scope;
  const find = async (table: "deployment" | "flow" | "work_queue", clauses: Clause[]) => {
    const rows = await scope.all(sql<{
      id: string;
    }>`select ${sql.ref(`${table}.id`)} as id from ${sql.table(table)}
      where ${whereAll(clauses)} ${atMost(maxKeys + 1)}`);
    return rows.length > maxKeys ? undefined : rows.map(({ id }) => id);
  };
  const rest = { ...others, flow_runs };
  const places = { work_pools, work_queues, work_pool_queues };
  if (deployments) {
    const ids = await find("deployment", deploymentClauses(dialect, { deployments }));
    if (ids) return { indexKeys: among("deployment_id", ids), rest: { ...rest, ...places, flows } };
  }
  if (flows) {
    const ids = await find("flow", flowClauses(dialect, { flows }));
    if (ids) return { indexKeys: among("flow_id", ids), rest: { ...rest, ...places, deployments } };
  }
  if (work_pools || work_queues || work_pool_queues) {
    const ids = await find("work_queue", queueClauses(dialect, places));
    if (ids) return { indexKeys: among("work_queue_id", ids), rest: { ...rest, deployments, flows } };
  }
  return undefined;
}

type RunFilter = EntityFilters["flow_runs"];

interface Tagged {
  indexKeys: IndexKey[];
  rest: RunFilter;
}

async function tagsOf(scope: Scope, filter: RunFilter): Promise<Tagged | undefined> {
  const { tags, ...rest } = filter ?? {};
  if (!tags || filter?.operator === "or_" || tags.operator === "or_") return undefined;
  if ((tags.is_null_ ?? undefined) !== undefined || (tags.all_ && tags.any_)) return undefined;
  const [value, ...also] = await rarestFirst(scope, [...new Set(tags.all_ ?? [])]);
  if (value !== undefined) return { indexKeys: [{ column: "tag", value, also }], rest };
  const some = [...new Set(tags.any_ ?? [])];
  if (some.length === 0 || some.length > maxKeys) return undefined;
  return { indexKeys: some.map((value) => ({ column: "tag", value })), rest };
}

/** A run with several tags is looked up by the rarest of them. */
async function rarestFirst(scope: Scope, tags: string[]): Promise<string[]> {
  if (tags.length < 2) return tags;
  // With many tags the limit per tag is lower, so that the total cost is bounded.
  const most = Math.max(1, Math.min(many, Math.floor(mostCounted / tags.length)));
  const listed = scope.dialect.rowsOf(
    { tag: "text" },
    tags.map((tag) => ({ tag })),
  );
  const runs = sql`(select count(*) from (select 1 as one from flow_run_tag as counted
    where counted.tag = given.tag ${atMost(most)}) as part)`;
  const rows = await scope.all(sql<{ tag: string }>`
    select given.tag as tag, ${runs} as runs from ${listed} as given order by runs, tag`);
  return rows.map(({ tag }) => tag);
}
