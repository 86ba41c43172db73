import { sql } from "kysely";
import type { Scope } from "../engine/scope.ts";
import { atMost } from "../sql/pages.ts";

/** Latest runs of a deployment that are looked at. */
const latestRuns = 20;

/** Median seconds of the completed ones among the latest runs of each deployment, along the index of its runs. */
export async function readUsualDurations(
  scope: Scope,
  deploymentIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rowsOf, joinEach } = scope.dialect;
  const wanted = sql`${rowsOf(
    { id: "text" },
    deploymentIds.map((id) => ({ id })),
  )} as wanted`;
  const latest = sql`select id from flow_run as each
    where each.deployment_id = wanted.id and (each.start_time is not null or each.state_type = 'PENDING')
    order by each.sort_time desc nulls last, each.id desc ${atMost(latestRuns)}`;
  const rows = await scope.all(
    sql<{ id: string; seconds: number }>`select wanted.id, run.total_run_time as seconds
      from ${wanted} ${joinEach("flow_run", "run", latest)} where run.state_type = 'COMPLETED'`,
  );
  return new Map(
    [...Map.groupBy(rows, ({ id }) => id)].map(([id, own]) => [
      id,
      median(own.map(({ seconds }) => seconds)),
    ]),
  );
}

const median = (seconds: readonly number[]): number =>
  seconds.toSorted((a, b) => a - b)[Math.floor((seconds.length - 1) / 2)] ?? 0;
