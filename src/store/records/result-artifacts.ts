import { isWritten } from "../../schema/exact-json.ts";
import type { State } from "../../schema/states.ts";
import type { WriteScope } from "../engine/scope.ts";
import { writeArtifact } from "./artifact-writing.ts";

type RunIds = { flow_run_id: string | null; task_run_id: string | null };

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/**
 * Data that a later reader could load is also kept as an artifact of type `result`; what the data says of
 * that artifact moves onto it. Answers the state as it is to be stored.
 */
export async function resultArtifact(scope: WriteScope, state: State, owner: RunIds): Promise<State> {
  const { data } = state;
  if (typeof data !== "object" || data === null || isWritten(data)) return state;
  if ("type" in data && data.type === "unpersisted") return state;
  const { artifact_key, artifact_type, artifact_description, ...rest }: Record<string, unknown> = { ...data };
  const kept = Array.isArray(data) ? data : rest;
  await writeArtifact(scope, {
    ...owner,
    key: text(artifact_key),
    type: text(artifact_type) ?? "result",
    description: text(artifact_description),
    data: kept,
    metadata_: null,
  });
  return { ...state, data: kept };
}
