import { sql } from "kysely";
import { StorageConfiguration } from "../../schema/work-pools.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { configurationKeys } from "./configuration.ts";

export async function documentIdsWhere(
  scope: Scope,
  column: "block_type_id" | "block_schema_id",
  value: string,
): Promise<string[]> {
  const { build } = scope.dialect;
  const rows = await scope.all(build.selectFrom("block_document").select("id").where(column, "=", value));
  return rows.map(({ id }) => id);
}

/** Deletes documents and clears outside references to them. */
export async function dropDocuments(scope: WriteScope, ids: readonly string[]): Promise<void> {
  const { isOneOf } = scope.dialect;
  if (ids.length === 0) return;
  scope.write(
    sql`update deployment set storage_document_id = null where ${isOneOf(sql.ref("storage_document_id"), ids)}`,
  );
  scope.write(
    sql`update deployment set infrastructure_document_id = null where ${isOneOf(sql.ref("infrastructure_document_id"), ids)}`,
  );
  // The default storage for results is kept as JSON that holds nothing but the id.
  const named = ids.map((id) => JSON.stringify({ default_result_storage_block_id: id }));
  scope.write(
    sql`delete from configuration where key = ${configurationKeys.resultStorage} and ${isOneOf(sql.ref("value"), named)}`,
  );
  await clearPools(scope, new Set(ids));
  scope.write(sql`delete from block_document where ${isOneOf(sql.ref("id"), ids)}`);
  for (const id of ids) scope.changed("block-documents", "deleted", id);
}

/** Pools are few, so all their settings are read. */
async function clearPools(scope: WriteScope, ids: ReadonlySet<string>): Promise<void> {
  const { build } = scope.dialect;
  const pools = await scope.all(build.selectFrom("work_pool").select(["id", "storage_configuration"]));
  for (const { id, storage_configuration: text } of pools) {
    const storage = StorageConfiguration.parse(JSON.parse(text));
    if (!ids.has(storage.default_result_storage_block_id ?? "")) continue;
    const cleared = JSON.stringify({ ...storage, default_result_storage_block_id: null });
    const sets = { storage_configuration: cleared, updated: scope.time };
    scope.write(build.updateTable("work_pool").set(sets).where("id", "=", id));
    scope.changed("work-pools", "updated", id);
  }
}
