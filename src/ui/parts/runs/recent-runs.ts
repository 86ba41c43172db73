import { type QueryKey, useQueries } from "@tanstack/react-query";
import type { Client } from "../../../client/client.ts";
import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import { type RecentRuns, recentRuns } from "../../../schema/waiting.ts";
import { clientOf, query, useIsPraetor } from "../../api.ts";

export type RecentOf = "flow" | "deployment" | "work-pool";

const atOnce = 200;
const shown = 20;
/** A Prefect server gives this many runs at most, of all that were asked for. */
const mostElsewhere = 200;
const catchUpEvery = 60_000;

export interface Recent {
  /** Undefined until it is known, and for what last ran before the newest runs of the others on a Prefect server. */
  of: (id: string) => RecentRuns | undefined;
  isPending: boolean;
}

/** The last runs of these flows, deployments or work pools: one request for each 200 of them, live. */
export function useRecentRuns(by: RecentOf, ids: readonly string[]): Recent {
  const isPraetor = useIsPraetor();
  const results = useQueries({
    queries: chunked(ids).map((group) => ({
      ...(isPraetor ? query(recentRuns.list, { by, ids: group, limit: shown }) : elsewhere(by, group)),
      // More rows were loaded or some were filtered out: what is known of the others still holds.
      placeholderData: (previous: RecentRuns[] | undefined) => previous,
    })),
  });
  const all = new Map(results.flatMap(({ data }) => data ?? []).map((recent) => [recent.id, recent]));
  return { of: (id) => all.get(id), isPending: results.some((result) => result.isPending) };
}

function chunked(ids: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (let at = 0; at < ids.length; at += atOnce) groups.push(ids.slice(at, at + atOnce));
  return groups;
}

const elsewhere = (by: RecentOf, ids: readonly string[]) => ({
  queryKey: ["recent", by, ids] as QueryKey,
  queryFn: ({ client, signal }: { client: Parameters<typeof clientOf>[0]; signal: AbortSignal }) =>
    readElsewhere(clientOf(client), by, ids, signal),
  ...{ meta: { live: "none" }, staleTime: catchUpEvery, refetchInterval: catchUpEvery },
});

const filters = { flow: "flows", deployment: "deployments", "work-pool": "work_pools" } as const;
const ownerOf: Record<RecentOf, (run: FlowRun) => string | null> = {
  flow: (run) => run.flow_id,
  deployment: (run) => run.deployment_id,
  "work-pool": (run) => run.work_pool_id,
};

/** From the newest runs of them all that have begun, as many as one request gives. */
async function readElsewhere(
  client: Client,
  by: RecentOf,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<RecentRuns[]> {
  const begun = { start_time: { is_null_: false } };
  const of = { id: { any_: [...ids] } };
  const runs = await client.call(
    flowRuns.filter,
    {
      flow_runs: begun,
      ...{ [filters[by]]: of },
      ...{ sort: "START_TIME_DESC", limit: mostElsewhere },
    },
    { signal },
  );
  const byId = Map.groupBy(runs, ownerOf[by]);
  const isAll = runs.length < mostElsewhere;
  return ids.flatMap((id) => {
    const own = byId.get(id);
    return own || isAll
      ? [{ id, name: null, runs: (own ?? []).slice(0, shown).map(told), next: null, late: 0 }]
      : [];
  });
}

const told = ({ id, name, state_type, state_name, start_time, total_run_time }: FlowRun) => ({
  ...{ id, name, state_type, state_name, start_time, duration: total_run_time },
});
