import { ApiError, type Client } from "../client/client.ts";
import { processTemplate, processType } from "../schema/process-pools.ts";
import { type WorkPool, workPools } from "../schema/work-pools.ts";

/** The pool of a worker, created if it is missing and creation is allowed. */
export async function openPool(client: Client, name: string, mayCreate: boolean): Promise<WorkPool> {
  const pool = (await readPool(client, name)) ?? (await createPool(client, name, mayCreate));
  if (pool.type !== processType)
    throw new Error(
      `The work pool '${name}' is of type '${pool.type}'; this worker runs processes and serves pools of type '${processType}'.`,
    );
  return pool;
}

async function createPool(client: Client, name: string, mayCreate: boolean): Promise<WorkPool> {
  if (!mayCreate)
    throw new Error(`There is no work pool '${name}'. Create it with \`praetor work-pool create\`.`);
  try {
    return await makePool(client, name, {});
  } catch (error) {
    // Two workers started at the same time.
    const pool = isStatus(error, 409) ? await readPool(client, name) : undefined;
    if (!pool) throw error;
    return pool;
  }
}

export const makePool = (
  client: Client,
  name: string,
  more: { description?: string; concurrency_limit?: number; is_paused?: boolean },
): Promise<WorkPool> =>
  client.call(workPools.create, { name, type: processType, base_job_template: processTemplate, ...more });

async function readPool(client: Client, name: string): Promise<WorkPool | undefined> {
  try {
    return await client.call(workPools.read, { name });
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

const isStatus = (error: unknown, status: number): boolean =>
  error instanceof ApiError && error.status === status;
