import { sql } from "kysely";
import { problem } from "../schema/problems.ts";
import { removeLimit, upsertLimit } from "./concurrency-limits.ts";
import type { RunLimit } from "./deployment-verbs.ts";
import { limitNamed, takenAt } from "./limit-rows.ts";
import type { Scope, WriteScope } from "./scope.ts";
import type { LimitTable } from "./tables.ts";

// The limit on runs of one deployment at a time: its own, named after it, or a global one that it shares.

const ownLimit = (deploymentId: string) => `deployment:${deploymentId}`;

interface Wish {
  concurrency_limit?: number | null | undefined;
  global_concurrency_limit_id?: string | null | undefined;
}

/** The id of the limit from now on; undefined when the wish says nothing of it. */
export async function chooseLimit(
  scope: WriteScope,
  id: string,
  { concurrency_limit: most, global_concurrency_limit_id: shared }: Wish,
): Promise<string | null | undefined> {
  if (shared) {
    if (!(await limitNamed(scope, "id", shared))) {
      throw problem("not-found", "Global concurrency limit not found.");
    }
    await removeOwnLimit(scope, id, shared);
    return shared;
  }
  if (most) return (await upsertLimit(scope, { name: ownLimit(id), limit: most })).row.id;
  if (most === undefined && shared === undefined) return undefined;
  await removeOwnLimit(scope, id);
  return null;
}

export async function removeOwnLimit(scope: WriteScope, id: string, except?: string): Promise<void> {
  const own = await limitNamed(scope, "name", ownLimit(id));
  if (own && own.id !== except) await removeLimit(scope, own);
}

type LimitRow = LimitTable & { deployed: string; concurrency_options: string | null; name: string | null };

export async function readRunLimit(scope: Scope, id: string): Promise<RunLimit | null | undefined> {
  const row = await scope.first(sql<LimitRow>`
    select held.*, deployment.id as deployed, deployment.concurrency_options
    from deployment left join concurrency_limit as held on held.id = deployment.limit_id
    where deployment.id = ${id}`);
  if (!row) return undefined;
  if (row.name === null || row.active !== 1) return null;
  return {
    name: row.name,
    limit: row.slot_limit,
    free: row.slot_limit - takenAt(row, scope.now()),
    options: row.concurrency_options === null ? null : JSON.parse(row.concurrency_options),
  };
}
