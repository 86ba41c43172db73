import { sql } from "kysely";
import { maxOutputSource } from "../../schema/run-outputs.ts";
import type { Scope } from "../engine/scope.ts";

/** What a run has put out: its result, which has no key, or its newest artifact of a key. */
export interface OutputSource {
  flow_run_id: string;
  key: string | null;
  /** As JSON. */
  data: string;
}

/** Results and artifacts of these keys, of each of these flow runs; those that are too long are left out. */
export function readOutputSources(
  scope: Scope,
  ids: readonly string[],
  keys: readonly string[],
): Promise<OutputSource[]> {
  if (ids.length === 0 || keys.length === 0) return Promise.resolve([]);
  const { isOneOf } = scope.dialect;
  const isResult = sql`(artifact.type = 'result' and artifact.key is null and artifact.task_run_id is null)`;
  return scope.all(sql<OutputSource>`select flow_run_id, key, data from (
    select artifact.flow_run_id, artifact.key, artifact.data, row_number() over (
      partition by artifact.flow_run_id, artifact.key order by artifact.created desc, artifact.id desc) as nth
    from artifact where ${isOneOf(sql.ref("artifact.flow_run_id"), ids)}
      and (${isOneOf(sql.ref("artifact.key"), keys)} or ${isResult})
      and artifact.data is not null and length(artifact.data) <= ${maxOutputSource}) as numbered where nth = 1`);
}
