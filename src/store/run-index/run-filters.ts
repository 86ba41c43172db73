import { sql } from "kysely";
import type { RunKind } from "../engine/protocol.ts";
import type { Clause, Column, Dialect } from "../sql/dialect.ts";
import { type EntityFilters, flowRunClauses, taskRunClauses } from "../sql/entity-filters.ts";
import { stateOn, where } from "../sql/filter.ts";

/** The condition on a state with type and name in these columns. */
export type StateClause = (dialect: Dialect, type: Column, name: Column) => Clause;

/** Conditions of a request on flow runs or task runs. */
export interface RequestedRuns {
  kind: RunKind;
  filters: EntityFilters;
  clauses: Clause[];
  /** Set when a request filters only by state and expected start, which the rollups contain. */
  rollup: RollupFilter | undefined;
}

export interface RollupFilter {
  byState: StateClause;
  range: ExpectedRange | undefined;
  /** Subflows are not asked for: rollups count them, so they are counted by themselves and taken off. */
  isWithoutSubflows: boolean;
}

/** Expected starts, with both ends in it; what is not given is open. */
export interface ExpectedRange {
  after?: string | undefined;
  before?: string | undefined;
}

export const requestedFlowRuns = (dialect: Dialect, filters: EntityFilters): RequestedRuns => ({
  kind: "flow_run",
  filters,
  clauses: flowRunClauses(dialect, filters),
  rollup: rollupFilterOf("flow_runs", filters),
});

export const requestedTaskRuns = (dialect: Dialect, filters: EntityFilters): RequestedRuns => ({
  kind: "task_run",
  filters,
  clauses: taskRunClauses(dialect, filters),
  rollup: rollupFilterOf("task_runs", filters),
});

/** The state as the rollups have it: runs without one stand under empty names there. */
export const rollupState = [sql`nullif(tally.state_type, '')`, sql`nullif(tally.state_name, '')`] as const;

const ownFilter = { flow_run: "flow_runs", task_run: "task_runs" } as const;

/** The condition on the state, where it stands beside the other conditions. */
export function stateAsked(kind: RunKind, filters: EntityFilters): { clause: StateClause } | undefined {
  const { state, operator } = filters[ownFilter[kind]] ?? {};
  if (!state || operator === "or_") return undefined;
  const clause: StateClause = (dialect, type, name) =>
    where(dialect, { state: stateOn(type, name) }, { state }) ?? sql`1 = 1`;
  return { clause };
}

export function withoutState(kind: RunKind, filters: EntityFilters): EntityFilters {
  const { state: _, ...others } = filters[ownFilter[kind]] ?? {};
  return { ...filters, [ownFilter[kind]]: others };
}

const everyEntity = [
  ...(["flows", "flow_runs", "task_runs", "deployments"] as const),
  ...(["work_pools", "work_pool_queues", "work_queues"] as const),
];

function rollupFilterOf(own: "flow_runs" | "task_runs", filters: EntityFilters): RollupFilter | undefined {
  // An empty filter of another noun still requires a related row.
  if (everyEntity.some((entity) => entity !== own && filters[entity])) return undefined;
  const { state, expected_start_time, operator, ...rest } = filters[own] ?? {};
  const isWithoutSubflows = own === "flow_runs" && operator !== "or_" && asksNoSubflows(filters.flow_runs);
  const others = isWithoutSubflows ? { ...rest, parent_task_run_id: null } : rest;
  if (Object.values(others).some((condition) => condition !== null && condition !== undefined))
    return undefined;
  const range = expectedIn(filters[own]);
  if (expected_start_time && !range) return undefined;
  const byState: StateClause = (dialect, type, name) =>
    where(dialect, { state: stateOn(type, name) }, { state }) ?? sql`1 = 1`;
  return { byState, range, isWithoutSubflows };
}

const asksNoSubflows = (filter: EntityFilters["flow_runs"]): boolean => {
  const { any_, is_null_ } = filter?.parent_task_run_id ?? {};
  return is_null_ === true && !any_;
};

/** The subflows among the runs that rollups count, along an index of theirs. */
export const subflowsIn = (dialect: Dialect, { byState, range }: RollupFilter): Column => {
  const column = (name: string) => sql.ref(`flow_run.${name}`);
  const { after, before } = range ?? {};
  return sql`${dialect.along("flow_run", "flow_run_subflow")} where flow_run.parent_task_run_id is not null
    and ${byState(dialect, column("state_type"), column("state_name"))}
    ${after === undefined ? sql`` : sql`and flow_run.expected_start_time >= ${after}`}
    ${before === undefined ? sql`` : sql`and flow_run.expected_start_time <= ${before}`}`;
};

/** The range that contains all requested runs. */
export function expectedIn(filter: EntityFilters["flow_runs" | "task_runs"]): ExpectedRange | undefined {
  const { before_, after_, operator } = filter?.expected_start_time ?? {};
  if (filter?.operator === "or_" || operator === "or_" || !(before_ || after_)) return undefined;
  return { after: after_ ?? undefined, before: before_ ?? undefined };
}
