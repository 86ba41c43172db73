import { sql } from "kysely";
import type { z } from "zod";
import { type ArtifactCollectionFilter, ArtifactFilter } from "../../schema/artifacts.ts";
import {
  DeploymentFilter,
  FlowFilter,
  FlowRunFilter,
  TaskRunFilter,
  WorkPoolFilter,
  WorkQueueFilter,
} from "../../schema/filters.ts";
import type { Clause, Column, Dialect } from "./dialect.ts";
import { combined, type Field, fieldsOn, isNull, never, on, tagsOn, timeOn, where } from "./filter.ts";
import { ownFlowRunField, ownTaskRunField } from "./own-filters.ts";

// Columns of the entity filters that are looked up elsewhere than in their own table, and how the entities hang together.

const c = (name: string) => sql.ref(name);

const flowFields = fieldsOn("flow", FlowFilter, {
  deployment: (_, { is_null_ }) => {
    if (is_null_ === null || is_null_ === undefined) return [];
    const has = sql<boolean>`exists (select 1 from deployment as own where own.flow_id = flow.id)`;
    return [is_null_ ? sql`not ${has}` : has];
  },
});

/** Up to so many further tags are looked up one by one; beyond that the run's own tags are scanned. */
const fewTags = 4;

/** Whether a run has further tags: as a list SQLite would gather all runs that have them. */
export function alsoTagged(dialect: Dialect, run: Column, tags: readonly string[]): Clause[] {
  const own = (condition: Clause) =>
    sql`from flow_run_tag as other where other.flow_run_id = ${run} and ${condition}`;
  if (tags.length <= fewTags) {
    return tags.map((tag) => sql`exists (select 1 ${own(sql`other.tag = ${tag}`)})`);
  }
  // An expression, so that no index is used for each of the tags.
  const among = dialect.isOneOf(sql`(other.tag || '')`, tags);
  return [sql`(select count(distinct other.tag) ${own(among)}) = ${tags.length}`];
}

/** Runs by tag come from a table of their own: a rare tag is found without reading every run. */
const flowRunTags: Field = (dialect, { all_, any_, is_null_ }) => {
  const tagged = (tags: readonly string[]) =>
    sql<boolean>`flow_run.id in (select flow_run_id from flow_run_tag where ${dialect.isOneOf(sql`tag`, tags)})`;
  const [first, ...more] = [...new Set(all_ ?? [])];
  const clauses =
    first === undefined ? [] : [tagged([first]), ...alsoTagged(dialect, c("flow_run.id"), more)];
  const every = combined(clauses);
  const some = any_ ? (any_.length === 0 ? never : tagged(any_)) : undefined;
  return [every, some, ...tagsOn(c("flow_run.tags"))(dialect, { is_null_ })].filter(
    (clause) => clause !== undefined,
  );
};

/** A part of a name is searched in the index of names, not in whole runs. */
const flowRunName: Field = (dialect, { like_, ...others }) => {
  const clauses = on(c("flow_run.name"))(dialect, others);
  if (!like_) return clauses;
  const named = dialect.containsLike(c("named.name"), like_);
  return [...clauses, sql`flow_run.id in (select named.id from flow_run as named where ${named})`];
};

const flowRunFields = fieldsOn("flow_run", FlowRunFilter, {
  praetor: ownFlowRunField,
  name: flowRunName,
  tags: flowRunTags,
  start_time: timeOn(c("flow_run.sort_time"), c("flow_run.start_time")),
  parent_flow_run_id: (dialect, { any_ }) => {
    if (!any_) return [];
    if (any_.length === 0) return [never];
    const within = dialect.isOneOf(c("parent.flow_run_id"), any_);
    return [sql`flow_run.parent_task_run_id in (select parent.id from task_run as parent where ${within})`];
  },
  created_by: (dialect, condition) => {
    const { id_, type_, is_null_ } = condition as { id_?: string[]; type_?: string[]; is_null_?: boolean };
    const column = c("flow_run.created_by");
    return [
      ...on(dialect.field(column, "id"))(dialect, { any_: id_ }),
      ...on(dialect.field(column, "type"))(dialect, { any_: type_ }),
      ...on(column)(dialect, { is_null_ }),
    ];
  },
});

const taskRunFields = fieldsOn("task_run", TaskRunFilter, {
  praetor: ownTaskRunField,
  subflow_runs: (_, { exists_ }) => {
    if (exists_ === null || exists_ === undefined) return [];
    const has = sql<boolean>`exists (select 1 from flow_run as child where child.parent_task_run_id = task_run.id)`;
    return [exists_ ? has : sql`not ${has}`];
  },
  // When present, it means "has a flow run", unless it requests runs without one.
  flow_run_id: (dialect, { any_, is_null_ }) => {
    const column = c("task_run.flow_run_id");
    if (any_) return on(column)(dialect, is_null_ ? { any_, is_null_ } : { any_ });
    return [isNull(column, is_null_ === true)];
  },
});

const deploymentFields = fieldsOn("deployment", DeploymentFilter, {
  flow_or_deployment_name: (dialect, { like_ }) => {
    if (!like_) return [];
    const own = dialect.containsLike(c("deployment.name"), like_);
    const flow = dialect.containsLike(c("named.name"), like_);
    return [
      sql`(${own} or exists (select 1 from flow as named where named.id = deployment.flow_id and ${flow}))`,
    ];
  },
  work_queue_name: on(
    sql`(select named.name from work_queue as named where named.id = deployment.work_queue_id)`,
  ),
  concurrency_limit: on(
    sql`(select held.slot_limit from concurrency_limit as held where held.id = deployment.limit_id)`,
  ),
});
export const workPoolFields = fieldsOn("work_pool", WorkPoolFilter);
export const workQueueFields = fieldsOn("work_queue", WorkQueueFilter);
const artifactFields = fieldsOn("artifact", ArtifactFilter);
const collectionFields = {
  ...artifactFields,
  latest_id: on(c("artifact_collection.latest_id")),
};

/** All entity filters that a request may carry, under the keys of the wire. */
export interface EntityFilters {
  flows?: z.output<typeof FlowFilter> | null;
  flow_runs?: z.output<typeof FlowRunFilter> | null;
  task_runs?: z.output<typeof TaskRunFilter> | null;
  deployments?: z.output<typeof DeploymentFilter> | null;
  work_pools?: z.output<typeof WorkPoolFilter> | null;
  work_pool_queues?: z.output<typeof WorkQueueFilter> | null;
  work_queues?: z.output<typeof WorkQueueFilter> | null;
}

type Entity = "flows" | "flow_runs" | "task_runs" | "deployments" | "work_pools" | "work_queues";

/** For each noun, what it means to have a related row for which `clause` is true. */
const relations = {
  flows: {
    flow_runs: (clause) =>
      sql`exists (select 1 from flow_run where flow_run.flow_id = flow.id and ${clause})`,
    task_runs: (clause) =>
      sql`exists (select 1 from flow_run join task_run on task_run.flow_run_id = flow_run.id where flow_run.flow_id = flow.id and ${clause})`,
    deployments: (clause) =>
      sql`exists (select 1 from deployment where deployment.flow_id = flow.id and ${clause})`,
    work_queues: (clause) =>
      sql`exists (select 1 from deployment join work_queue on work_queue.id = deployment.work_queue_id where deployment.flow_id = flow.id and ${clause})`,
    work_pools: (clause) =>
      sql`exists (select 1 from deployment join work_queue on work_queue.id = deployment.work_queue_id join work_pool on work_pool.id = work_queue.work_pool_id where deployment.flow_id = flow.id and ${clause})`,
  },
  flow_runs: {
    flows: (clause) => sql`flow_run.flow_id in (select flow.id from flow where ${clause})`,
    task_runs: (clause) =>
      sql`exists (select 1 from task_run where task_run.flow_run_id = flow_run.id and ${clause})`,
    deployments: (clause) =>
      sql`flow_run.deployment_id in (select deployment.id from deployment where ${clause})`,
    work_queues: (clause) =>
      sql`flow_run.work_queue_id in (select work_queue.id from work_queue where ${clause})`,
    work_pools: (clause) =>
      sql`flow_run.work_queue_id in (select work_queue.id from work_queue join work_pool on work_pool.id = work_queue.work_pool_id where ${clause})`,
  },
  deployments: {
    flows: (clause) => sql`deployment.flow_id in (select flow.id from flow where ${clause})`,
    flow_runs: (clause) =>
      sql`exists (select 1 from flow_run where flow_run.deployment_id = deployment.id and ${clause})`,
    task_runs: (clause) =>
      sql`exists (select 1 from flow_run join task_run on task_run.flow_run_id = flow_run.id where flow_run.deployment_id = deployment.id and ${clause})`,
    work_queues: (clause) =>
      sql`deployment.work_queue_id in (select work_queue.id from work_queue where ${clause})`,
    work_pools: (clause) =>
      sql`deployment.work_queue_id in (select work_queue.id from work_queue join work_pool on work_pool.id = work_queue.work_pool_id where ${clause})`,
  },
} satisfies Record<string, Partial<Record<Entity, (clause: Clause) => Clause>>>;

const fieldsOf = {
  flows: flowFields,
  flow_runs: flowRunFields,
  task_runs: taskRunFields,
  deployments: deploymentFields,
  work_pools: workPoolFields,
  work_queues: workQueueFields,
};

const entities = ["flows", "flow_runs", "task_runs", "deployments", "work_pools", "work_queues"] as const;

function clauseOf(dialect: Dialect, entity: Entity, filters: EntityFilters): Clause | undefined {
  const filter =
    entity === "work_queues" ? (filters.work_queues ?? filters.work_pool_queues) : filters[entity];
  if (!filter) return undefined;
  return where(dialect, fieldsOf[entity], filter) ?? sql`1 = 1`;
}

/** The conditions on a flow: its own filter, and a related row for each of the others. */
export function flowClauses(dialect: Dialect, filters: EntityFilters): Clause[] {
  return clauses(dialect, "flows", filters, relations.flows);
}

export function flowRunClauses(dialect: Dialect, filters: EntityFilters): Clause[] {
  return clauses(dialect, "flow_runs", filters, relations.flow_runs);
}

export function deploymentClauses(dialect: Dialect, filters: EntityFilters): Clause[] {
  return clauses(dialect, "deployments", filters, relations.deployments);
}

/** The conditions on a queue: its own filter and that of its pool. */
export function queueClauses(dialect: Dialect, filters: EntityFilters): Clause[] {
  const own = clauseOf(dialect, "work_queues", filters);
  const pool = clauseOf(dialect, "work_pools", filters);
  const inPool =
    pool && sql<boolean>`work_queue.work_pool_id in (select work_pool.id from work_pool where ${pool})`;
  return [own, inPool].filter((clause) => clause !== undefined);
}

/** Flows, deployments and the like of a task run are those of its flow run. */
export function taskRunClauses(dialect: Dialect, filters: EntityFilters): Clause[] {
  const { task_runs, ...ofRun } = filters;
  const own = where(dialect, taskRunFields, task_runs);
  return [...(own ? [own] : []), ...throughFlowRun(dialect, ofRun, sql`task_run.flow_run_id`)];
}

function throughFlowRun(
  dialect: Dialect,
  filters: EntityFilters,
  key: Clause | ReturnType<typeof sql>,
): Clause[] {
  const ofRun = flowRunClauses(dialect, filters);
  if (!entities.some((entity) => clauseOf(dialect, entity, filters))) return [];
  const all = combined(ofRun) ?? sql`1 = 1`;
  return [sql`${key} in (select flow_run.id from flow_run where ${all})`];
}

/** The conditions on an artifact or, with `latest`, on a collection joined with its latest artifact. */
export function artifactClauses(
  dialect: Dialect,
  filters: EntityFilters & {
    artifacts?: z.output<typeof ArtifactFilter> | z.output<typeof ArtifactCollectionFilter> | null;
  },
  latest: boolean,
): Clause[] {
  const { artifacts, task_runs, ...ofRun } = filters;
  const fields = latest ? collectionFields : artifactFields;
  const own = where(dialect, fields, artifacts);
  const ofTask = clauseOf(dialect, "task_runs", { task_runs });
  const byTask =
    ofTask && sql<boolean>`artifact.task_run_id in (select task_run.id from task_run where ${ofTask})`;
  return [own, byTask, ...throughFlowRun(dialect, ofRun, sql`artifact.flow_run_id`)].filter(
    (clause) => clause !== undefined,
  );
}

function clauses(
  dialect: Dialect,
  self: keyof typeof relations,
  filters: EntityFilters,
  related: Partial<Record<Entity, (clause: Clause) => Clause>>,
): Clause[] {
  return entities.flatMap((entity) => {
    const clause = clauseOf(dialect, entity, filters);
    if (!clause) return [];
    if (entity === self) return [clause];
    return related[entity]?.(clause) ?? [];
  });
}
