import { sql } from "kysely";
import type { BlockUses } from "../../schema/block-uses.ts";
import { mostUses } from "../../schema/block-uses.ts";
import type { Scope } from "../engine/scope.ts";
import type { Clause, Column } from "../sql/dialect.ts";
import { configurationKeys } from "./configuration.ts";
import type { StoredBlock } from "./stored-blocks.ts";

/** What refers to a block document: by its id, or in a template by its type and name. */
export async function usesOf(scope: Scope, { document }: StoredBlock): Promise<BlockUses> {
  const { id, name, block_type } = document;
  const template = `prefect.blocks.${block_type.slug}.${name}`;
  const [blocks, deployments, automations, work_pools, storage] = await Promise.all([
    blocksWith(scope, id),
    deploymentsWith(scope, id, template),
    automationsWith(scope, id),
    poolsWith(scope, id, template),
    resultStorage(scope, id),
  ]);
  const lists = { blocks, deployments, automations, work_pools };
  return {
    ...{ blocks: blocks.slice(0, mostUses), deployments: deployments.slice(0, mostUses) },
    ...{ automations: automations.slice(0, mostUses), work_pools: work_pools.slice(0, mostUses) },
    is_result_storage: storage,
    is_whole: Object.values(lists).every((list) => list.length <= mostUses),
  };
}

/** One more than is answered tells that there are more. */
const page = sql`limit ${mostUses + 1}`;

const contains = ({ dialect }: Scope, column: string, text: string): Clause =>
  dialect.contains(sql.ref(column), text);
const either = (clauses: readonly Clause[]): Clause => sql`(${sql.join([...clauses], sql` or `)})`;

const blocksWith = (scope: Scope, id: string): Promise<BlockUses["blocks"]> =>
  scope.all(
    sql<BlockUses["blocks"][number]>`select block_document.id, block_document.name,
      block_type.slug as block_type_slug, reference.name as field
    from block_document_reference as reference
    join block_document on block_document.id = reference.parent_id
    join block_type on block_type.id = block_document.block_type_id
    where reference.document_id = ${id} order by block_document.name, block_document.id ${page}`,
  );

const deploymentsWith = (scope: Scope, id: string, template: string): Promise<BlockUses["deployments"]> =>
  scope.all(
    sql<BlockUses["deployments"][number]>`select deployment.id, deployment.name, flow.name as flow
    from deployment join flow on flow.id = deployment.flow_id
    where ${either([
      sql`deployment.storage_document_id = ${id}`,
      sql`deployment.infrastructure_document_id = ${id}`,
      contains(scope, "deployment.job_variables", template),
      contains(scope, "deployment.pull_steps", template),
    ])} order by deployment.name, deployment.id ${page}`,
  );

const actionColumns = ["actions", "actions_on_trigger", "actions_on_resolve"] as const;

const automationsWith = (scope: Scope, id: string): Promise<BlockUses["automations"]> =>
  scope.all(
    sql<BlockUses["automations"][number]>`select automation.id, automation.name from automation
    where ${either(actionColumns.map((column) => contains(scope, `automation.${column}`, id)))}
    order by automation.name, automation.id ${page}`,
  );

const poolsWith = (scope: Scope, id: string, template: string): Promise<BlockUses["work_pools"]> =>
  scope.all(
    sql<BlockUses["work_pools"][number]>`select work_pool.id, work_pool.name from work_pool
    where ${either([
      contains(scope, "work_pool.storage_configuration", id),
      contains(scope, "work_pool.base_job_template", template),
    ])} order by work_pool.name ${page}`,
  );

async function resultStorage(scope: Scope, id: string): Promise<boolean> {
  const value: Column = sql.ref("value");
  const rows = await scope.all(
    sql<{ key: string }>`select key from configuration
      where key = ${configurationKeys.resultStorage} and ${scope.dialect.contains(value, id)}`,
  );
  return rows.length > 0;
}
