import { sql } from "kysely";
import type { RunRef } from "../../schema/waiting.ts";
import type { Scope } from "../engine/scope.ts";
import { readRefs } from "../run-index/run-refs.ts";
import { atMost } from "../sql/pages.ts";
import { readError, readLogs } from "./failure-filing.ts";

/** A failure with what is known of its error: the payload of its event, else what its run logged at that time. */
export interface KnownError {
  run: RunRef;
  occurred: string;
  message: string | null;
  error: unknown;
  logs: string[];
}

interface FailureRow {
  kind: "flow-run" | "task-run";
  run_id: string;
  occurred: string;
  message: string | null;
}

/** Failures whose errors are read; errors of older ones may have been deleted. */
const most = 5;

/** The newest failures of a group whose runs are left, newest first. */
export async function readErrors(scope: Scope, id: string): Promise<KnownError[]> {
  const rows = await scope.all(sql<FailureRow>`
    select failure.kind, failure.run_id, failure.occurred, coalesce(own.message, told.message) as message
    from failure
    left join flow_run_state as own on failure.kind = 'flow-run' and own.id = failure.state_id
    left join task_run_state as told on failure.kind = 'task-run' and told.task_run_id = failure.run_id
      and told.timestamp = failure.occurred and told.id = failure.state_id
    where failure.group_id = ${id} order by failure.occurred desc, failure.state_id desc ${atMost(most)}`);
  const refs = await readRefs(scope, [...new Set(rows.map(({ run_id }) => run_id))]);
  const refOf = new Map(refs.map((ref) => [ref.id, ref]));
  const found = rows.map(async ({ message, ...failed }): Promise<KnownError | undefined> => {
    const run = refOf.get(failed.run_id);
    if (!run) return undefined;
    const error = await readError(scope, failed);
    const logs = error === null ? await readLogs(scope, failed) : [];
    return { run, occurred: failed.occurred, message, error, logs };
  });
  return (await Promise.all(found)).filter((one) => one !== undefined);
}
