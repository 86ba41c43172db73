import { sql } from "kysely";
import { timestamp } from "../../schema/scalars.ts";
import type { TaskRun } from "../../schema/task-runs.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import type { Clause } from "../sql/dialect.ts";
import { never } from "../sql/filter.ts";
import { readTaskRun } from "./task-run-reads.ts";

// Which replica has a task run to give to one of its task workers. What a replica had is free again when it is gone.

/** A replica without a heartbeat for so long is considered dead. */
const silentMs = 30_000;

export const taskClaimNoun = noun(
  {},
  {
    /** The run, now this replica's to give out; undefined when it does not wait any more, or another one has it. */
    take,
    /** Whoever takes it next may have it. */
    drop: async (scope: WriteScope, id: string): Promise<void> =>
      scope.write(sql`delete from task_claim where task_run_id = ${id}`),
    /** Says that the replica lives, and forgets what has begun. */
    keep,
    /** The replica ends: all that it has is free. */
    leave: async (scope: WriteScope, replica: string): Promise<void> =>
      scope.write(sql`delete from replica where id = ${replica}`),
  },
);

/** Whether another live replica holds the claim; never on a database that is not shared. */
export function isTaken(scope: Scope, replica: string): Clause {
  if (!scope.dialect.isShared) return never;
  const since = timestamp(scope.now() - silentMs);
  return sql`exists (select 1 from task_claim as claim join replica on replica.id = claim.replica_id
    where claim.task_run_id = task_run.id and replica.id <> ${replica} and replica.seen > ${since})`;
}

async function take(
  scope: WriteScope,
  { id, replica }: { id: string; replica: string },
): Promise<TaskRun | undefined> {
  const free = await scope.first(sql`select id from task_run
    where id = ${id} and state_type = 'SCHEDULED' and not ${isTaken(scope, replica)}`);
  if (!free) return undefined;
  if (scope.dialect.isShared) {
    scope.write(sql`insert into replica (id, seen, last_commit) values (${replica}, ${scope.time}, 0)
      on conflict (id) do update set seen = excluded.seen`);
    scope.write(sql`insert into task_claim (task_run_id, replica_id) values (${id}, ${replica})
      on conflict (task_run_id) do update set replica_id = excluded.replica_id`);
  }
  return readTaskRun(scope, id);
}

async function keep(scope: WriteScope, replica: string): Promise<void> {
  scope.write(sql`update replica set seen = ${scope.time} where id = ${replica}`);
  scope.write(sql`delete from task_claim where replica_id = ${replica} and not exists (
    select 1 from task_run where task_run.id = task_claim.task_run_id and task_run.state_type = 'SCHEDULED')`);
  const longAgo = timestamp(scope.now() - forgottenMs);
  scope.write(sql`delete from replica where seen < ${longAgo}`);
}

const forgottenMs = 86_400_000;
