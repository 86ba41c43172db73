import { sql } from "kysely";
import { type Grouping, maxGroups, type RunGroups, tagSeparators } from "../../schema/run-groups.ts";
import type { SearchPlace } from "../../schema/run-search.ts";
import { StateType } from "../../schema/states.ts";
import { daySpan } from "../engine/rollup.ts";
import type { Scope } from "../engine/scope.ts";
import type { Column, Dialect } from "../sql/dialect.ts";
import { whereAll } from "../sql/pages.ts";
import { countRuns } from "./counts.ts";
import { type RequestedRuns, type RollupFilter, rollupState, subflowsIn } from "./run-filters.ts";
import { walkRuns } from "./run-portions.ts";

// How many of the requested runs are in each group. States come from the rollups, flows and deployments from an index,
// where these have all that is requested; everything else is counted run by run, in portions.

export interface GroupRequest {
  by: Grouping;
  /** For tags. */
  key: string | null;
  after: SearchPlace | null;
  /** Values that have a group already. */
  known: readonly string[];
  patience: number;
}

interface Counted {
  value: string | null;
  n: number;
}

export async function groupRuns(
  scope: Scope,
  requested: RequestedRuns,
  request: GroupRequest,
): Promise<RunGroups> {
  const counts = new Counts(request.known);
  const stored = request.after ? undefined : await storedCounts(scope, requested, request.by);
  for (const counted of stored ?? []) counts.add(counted);
  const walked = stored ? undefined : await countByRun(scope, requested, { ...request, counts });
  const labelOf = await labelsOf(scope, request.by, counts.values());
  const groups = counts.groups().map(({ value, n }) => ({
    ...{ value, count: n, label: value === null ? null : (labelOf.get(value) ?? value) },
    state_type: request.by === "state" && value !== null ? StateType.parse(value.split("/")[0]) : null,
  }));
  const total = groups.reduce((sum, { count }) => sum + count, counts.others);
  return {
    ...{ groups, others: counts.others },
    ...{ searched: walked?.searched ?? total, next: walked?.next ?? null },
  };
}

/** Counts by value; with as many values as there may be groups, those that come later are counted together. */
class Counts {
  readonly #counts: Map<string | null, number>;
  others = 0;

  constructor(known: readonly string[]) {
    this.#counts = new Map(known.map((value) => [value, 0]));
  }

  add({ value, n }: Counted): void {
    const before = this.#counts.get(value);
    if (before !== undefined) this.#counts.set(value, before + n);
    else if (value === null || this.#counts.size < maxGroups) this.#counts.set(value, n);
    else this.others += n;
  }

  values(): string[] {
    return [...this.#counts.keys()].filter((value) => value !== null);
  }

  groups(): Counted[] {
    return [...this.#counts].flatMap(([value, n]) => (n > 0 ? [{ value, n }] : []));
  }
}

const stateValue = (type: Column, name: Column): Column => sql`${type} || '/' || ${name}`;

/** The counts, the largest first, where no run has to be looked at for them. */
async function storedCounts(
  scope: Scope,
  requested: RequestedRuns,
  by: Grouping,
): Promise<Counted[] | undefined> {
  const { kind, rollup } = requested;
  if (!rollup || rollup.range) return undefined;
  if (by === "state") {
    const tallied = sql`select ${stateValue(...rollupState)} as value, runs as n from run_tally as tally
      where kind = ${sql.lit(kind)} and span = ${sql.lit(daySpan)} and ${rollup.byState(scope.dialect, ...rollupState)}`;
    return addedUp(scope, tallied, ofSubflows(scope.dialect, rollup, stateValue(...stateColumns)));
  }
  if (kind === "task_run" || (by !== "flow" && by !== "deployment")) return undefined;
  const { column, index } = indexed[by];
  const counted = sql`select ${column} as value, count(*) as n from ${scope.dialect.along("flow_run", index)}
    where ${column} is not null and ${rollup.byState(scope.dialect, ...stateColumns)} group by ${column}`;
  const found = await addedUp(scope, counted, ofSubflows(scope.dialect, rollup, column));
  if (by === "flow") return found;
  const known = found.filter(({ value }) => value !== null);
  const total = await countRuns(scope, requested);
  const rest = known.reduce((sum, { n }) => sum - n, total);
  return rest > 0 ? [...known, { value: null, n: rest }] : known;
}

const stateColumns = [sql.ref("flow_run.state_type"), sql.ref("flow_run.state_name")] as const;
const indexed = {
  flow: { column: sql.ref("flow_run.flow_id"), index: "flow_run_flow_state" },
  deployment: { column: sql.ref("flow_run.deployment_id"), index: "flow_run_deployment_state" },
} as const;

/** Subflows, which the other counts contain, to be taken off. */
const ofSubflows = (dialect: Dialect, rollup: RollupFilter, value: Column): Column =>
  rollup.isWithoutSubflows
    ? sql`union all select ${value} as value, -count(*) as n from ${subflowsIn(dialect, rollup)} group by 1`
    : sql``;

const addedUp = (scope: Scope, counts: Column, more: Column): Promise<Counted[]> =>
  scope.all(sql<Counted>`select value, cast(sum(n) as integer) as n from (${counts} ${more}) as counted
    group by value having sum(n) > 0 order by 2 desc, 1`);

async function countByRun(
  scope: Scope,
  { kind, filters, clauses }: RequestedRuns,
  { by, key, after, patience, counts }: GroupRequest & { counts: Counts },
) {
  const sort = [kind === "flow_run" ? "flow_run.sort_time" : "task_run.expected_start_time", "desc"] as const;
  const { value, joined } = groupedBy(scope.dialect, kind, { by, key });
  const id = sql.ref(`${kind}.id`);
  return walkRuns(scope, { kind, sort, filters, after, patience }, async ({ ids }) => {
    const rows = await scope.all(sql<Counted>`select value, cast(count(*) as integer) as n from (
      select ${value} as value from (${ids}) as portion
        ${scope.dialect.joinNext} ${sql.table(kind)} on ${id} = portion.id ${joined}
      where ${whereAll(clauses)}) as valued group by value order by 2 desc, 1`);
    for (const row of rows) counts.add(row);
    return { isEnough: false };
  });
}

/** What runs are grouped by, and what is joined for that. */
function groupedBy(
  dialect: Dialect,
  kind: RequestedRuns["kind"],
  { by, key }: Pick<GroupRequest, "by" | "key">,
): { value: Column; joined: Column } {
  const own = (name: string) => sql.ref(`${kind}.${name}`);
  if (by === "state") return { value: stateValue(own("state_type"), own("state_name")), joined: sql`` };
  if (by === "tag") {
    const isOfKey = tagSeparators.map((separator) =>
      dialect.startsWith(sql.ref("own_tag.value"), `${key}${separator}`),
    );
    return {
      value: sql.ref("own_tag.value"),
      joined: dialect.joinElements(own("tags"), "own_tag", sql`(${sql.join(isOfKey, sql` or `)})`),
    };
  }
  const column = columnOf[by];
  if (kind === "flow_run") return { value: own(column), joined: sql`` };
  return {
    value: sql.ref(`around.${column}`),
    joined: sql`left join flow_run as around on around.id = task_run.flow_run_id`,
  };
}
const columnOf = { flow: "flow_id", deployment: "deployment_id", version: "flow_version" } as const;

async function labelsOf(
  scope: Scope,
  by: Grouping,
  values: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (by === "state") return new Map(values.map((value) => [value, value.slice(value.indexOf("/") + 1)]));
  if (values.length === 0 || (by !== "flow" && by !== "deployment")) return new Map();
  type Row = { id: string; label: string };
  const rows = await scope.all(
    by === "flow"
      ? sql<Row>`select id, name as label from flow where ${scope.dialect.isOneOf(sql.ref("id"), values)}`
      : sql<Row>`select deployment.id, flow.name || '/' || deployment.name as label
          from deployment join flow on flow.id = deployment.flow_id
          where ${scope.dialect.isOneOf(sql.ref("deployment.id"), values)}`,
  );
  return new Map(rows.map(({ id, label }) => [id, label]));
}
