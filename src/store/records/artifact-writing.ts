import type { Artifact } from "../../schema/artifacts.ts";
import { reportChange } from "../changes/resource-events.ts";
import type { WriteScope } from "../engine/scope.ts";
import { jsonOrNull, newId } from "../sql/rows.ts";

type Content = Omit<Artifact, "id" | "created" | "updated">;

/** Stores an artifact; with a key it becomes the latest of its collection. */
export async function writeArtifact(scope: WriteScope, content: Content): Promise<Artifact> {
  const { build } = scope.dialect;
  const artifact = { ...content, id: newId(scope.now()), created: scope.time, updated: scope.time };
  const { data, metadata_ } = artifact;
  scope.write(
    build
      .insertInto("artifact")
      .values({ ...artifact, data: jsonOrNull(data), metadata_: jsonOrNull(metadata_) }),
  );
  scope.changed("artifacts", "created", artifact.id, artifact.flow_run_id);
  if (artifact.key !== null) await pointCollection(scope, artifact.key, artifact.id);
  return artifact;
}

async function pointCollection(scope: WriteScope, key: string, latestId: string): Promise<void> {
  const { build } = scope.dialect;
  const known = await scope.first(build.selectFrom("artifact_collection").selectAll().where("key", "=", key));
  if (!known) {
    const row = {
      id: newId(scope.now()),
      created: scope.time,
      updated: scope.time,
      key,
      latest_id: latestId,
    };
    scope.write(build.insertInto("artifact_collection").values(row));
    reportChange(scope, "artifact-collection", "created", { id: row.id, name: key });
    return;
  }
  const change = { latest_id: latestId, updated: scope.time };
  scope.write(build.updateTable("artifact_collection").set(change).where("id", "=", known.id));
  const updates = { latest_id: { from: known.latest_id, to: latestId } };
  reportChange(scope, "artifact-collection", "updated", { id: known.id, name: key }, updates);
}
