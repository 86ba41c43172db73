import { sql } from "kysely";
import { problem } from "../../schema/problems.ts";
import { defaultPoolName, workPools } from "../../schema/work-pools.ts";
import type { WriteScope } from "../engine/scope.ts";
import type { WorkPoolTable } from "../tables.ts";
import { createQueue } from "./queue-writing.ts";
import { createPool, poolNamed } from "./work-pools.ts";

// The queue in which runs, with or without a deployment, wait for workers.

interface Requested {
  work_pool_name: string | null;
  work_queue_name: string | null;
  /** Whether a missing queue is created; otherwise it is the problem `not-found`. */
  makesQueue: boolean;
}

export interface ChosenQueue {
  id: string;
  name: string;
  pool_id: string;
  pool_name: string;
}

/** The queue of these names; null when neither is given. */
export async function chooseQueue(scope: WriteScope, request: Requested): Promise<ChosenQueue | null> {
  const { work_pool_name, work_queue_name } = request;
  if (work_pool_name === null && work_queue_name === null) return null;
  const pool = work_pool_name === null ? await defaultPool(scope) : await poolNamed(scope, work_pool_name);
  if (!pool) throw problem("not-found", `Work pool "${work_pool_name}" not found.`);
  const named =
    work_queue_name === null
      ? sql`queue.id = ${pool.default_queue_id}`
      : sql`queue.work_pool_id = ${pool.id} and queue.name = ${work_queue_name}`;
  const queue = await scope.first(sql<ChosenQueue>`
    select queue.id, queue.name, pool.id as pool_id, pool.name as pool_name
    from work_queue as queue join work_pool as pool on pool.id = queue.work_pool_id where ${named}`);
  if (queue) return queue;
  if (!request.makesQueue && work_pool_name !== null) {
    throw problem("not-found", `Work queue "${work_queue_name}" not found in work pool "${pool.name}".`);
  }
  const made = await createQueue(scope, pool, { ...newQueue, name: work_queue_name ?? "default" });
  return { id: made.id, name: made.name, pool_id: pool.id, pool_name: pool.name };
}

const newQueue = { description: "", is_paused: false, concurrency_limit: null, filter: null };

/** The pool of queues that are named without one; created on first use. */
export async function defaultPool(scope: WriteScope): Promise<WorkPoolTable> {
  const known = await poolNamed(scope, defaultPoolName);
  if (known) return known;
  await createPool(scope, workPools.create.input.parse({ name: defaultPoolName }));
  const made = await poolNamed(scope, defaultPoolName);
  if (!made) throw new Error(`The work pool ${defaultPoolName} was made and is not there.`);
  return made;
}
