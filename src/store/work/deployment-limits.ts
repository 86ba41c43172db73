import { sql } from "kysely";
import { problem } from "../../schema/problems.ts";
import { aboutIds, type Scope, type WriteScope } from "../engine/scope.ts";
import type { LimitTable } from "../tables.ts";
import { removeLimit, upsertLimit } from "./concurrency-limits.ts";
import { memoryOf, rememberedIn } from "./limit-cache.ts";
import { leasesOfRuns, limitNamed, takenAt } from "./limit-rows.ts";
import type { RunLimit } from "./planned-runs.ts";

// The limit on concurrent runs of a deployment: its own, named after it, or a shared global one.

const ownLimit = (deploymentId: string) => `deployment:${deploymentId}`;

interface Requested {
  concurrency_limit?: number | null | undefined;
  global_concurrency_limit_id?: string | null | undefined;
}

/** The id of the new limit; undefined if the input does not mention one. */
export async function chooseLimit(
  scope: WriteScope,
  id: string,
  { concurrency_limit: most, global_concurrency_limit_id: shared }: Requested,
): Promise<string | null | undefined> {
  memoryOf(scope).forget();
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
  memoryOf(scope).forget();
  const own = await limitNamed(scope, "name", ownLimit(id));
  if (own && own.id !== except) await removeLimit(scope, own);
}

type LimitRow = LimitTable & { deployed: string; concurrency_options: string | null; name: string | null };

const selectRunLimits = sql`select held.*, deployment.id as deployed, deployment.concurrency_options
  from deployment left join concurrency_limit as held on held.id = deployment.limit_id`;

export async function readRunLimit(scope: Scope, id: string): Promise<RunLimit | null | undefined> {
  const memory = rememberedIn(scope);
  const known = memory?.ofDeployment(id);
  if (known?.name === null) return null;
  const remembered = known && memory?.limit(known.name);
  if (known && remembered) return runLimit(scope, remembered, known.options);
  const row = await scope.first(sql<LimitRow>`${selectRunLimits} where deployment.id = ${id}`);
  return row && (row.name === null ? null : runLimit(scope, row, row.concurrency_options));
}

function runLimit(scope: Scope, row: LimitTable, options: string | null): RunLimit | null {
  if (row.active !== 1) return null;
  return {
    name: row.name,
    limit: row.slot_limit,
    free: row.slot_limit - takenAt(row, scope.now()),
    options: options === null ? null : JSON.parse(options),
  };
}

const limitsOfRuns = aboutIds(
  ({ isOneOf }, ids) => sql<LimitRow>`${selectRunLimits}
    where deployment.id in (select deployment_id from flow_run where ${isOneOf(sql.ref("flow_run.id"), ids)})`,
);

/** Reads the limits on flow runs and their leases in advance, so that transitions need no query. */
export async function learnRunLimits(scope: WriteScope, ids: readonly string[]): Promise<void> {
  const memory = memoryOf(scope);
  const [rows, held] = await Promise.all([
    scope.all(limitsOfRuns(scope.dialect, ids)),
    leasesOfRuns(scope, ids),
  ]);
  for (const lease of held) memory.learnLease(lease);
  for (const { deployed, concurrency_options: options, ...limit } of rows) {
    memory.learnDeployment(deployed, { name: limit.name, options });
    if (limit.name !== null) memory.learnLimit(limit);
  }
}
