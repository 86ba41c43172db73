import { sql } from "kysely";
import { reportChange } from "../changes/resource-events.ts";
import type { WriteScope } from "../engine/scope.ts";

interface Dropped {
  id: string;
  key: string | null;
  flow_run_id: string | null;
}

/** Deletes artifacts; a collection then points to the newest remaining one of its key, or is deleted as well. */
export async function dropArtifacts(scope: WriteScope, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const among = scope.dialect.isOneOf(sql.ref("id"), ids);
  const rows = await scope.all(sql<Dropped>`select id, key, flow_run_id from artifact where ${among}`);
  const keys = new Set(rows.flatMap(({ key }) => (key === null ? [] : [key])));
  for (const key of keys) await repoint(scope, key, ids);
  scope.write(sql`delete from artifact where ${among}`);
  for (const { id, flow_run_id } of rows) scope.changed("artifacts", "deleted", id, flow_run_id);
}

async function repoint(scope: WriteScope, key: string, gone: readonly string[]): Promise<void> {
  const { build, isOneOf } = scope.dialect;
  const collection = await scope.first(
    build.selectFrom("artifact_collection").selectAll().where("key", "=", key),
  );
  if (!collection || !gone.includes(collection.latest_id)) return;
  const before = await scope.first(sql<{ id: string }>`select id from artifact
    where key = ${key} and not (${isOneOf(sql.ref("id"), gone)}) order by created desc, id desc limit 1`);
  const own = { id: collection.id, name: key };
  if (before) {
    const change = { latest_id: before.id, updated: scope.time };
    scope.write(build.updateTable("artifact_collection").set(change).where("id", "=", own.id));
    reportChange(scope, "artifact-collection", "updated", own, {
      latest_id: { from: collection.latest_id, to: before.id },
    });
  } else {
    scope.write(build.deleteFrom("artifact_collection").where("id", "=", own.id));
    reportChange(scope, "artifact-collection", "deleted", own);
  }
}
