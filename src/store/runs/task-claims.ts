import { sql } from "kysely";
import { timestamp } from "../../schema/scalars.ts";
import type { TaskRun } from "../../schema/task-runs.ts";
import type { Scope, WriteScope } from "../engine/scope.ts";
import { noun } from "../noun.ts";
import type { Clause } from "../sql/dialect.ts";
import { never } from "../sql/filter.ts";
import { readTaskRun } from "./task-run-reads.ts";

// Which replica may hand a task run to its task workers. Claims of a dead replica are released.

/** A replica without a heartbeat for so long is considered dead. */
const silentMs = 30_000;

export const taskClaimNoun = noun(
  {},
  {
    /** Claims the run for this replica; undefined when it no longer waits or another replica has it. */
    take,
    /** Releases the claim. */
    drop: async (scope: WriteScope, id: string): Promise<void> =>
      scope.write(sql`delete from task_claim where task_run_id = ${id}`),
    /** Heartbeat of the replica; drops claims of runs that have begun. */
    keep,
    /** The replica stops: releases all its claims. */
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
