import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Client } from "../../client/client.ts";
import { deploymentSchedules, type ListedSchedule } from "../../schema/deployment-schedules.ts";
import { type Deployment, deployments, inOrderOfCreation } from "../../schema/deployments.ts";
import { workPools } from "../../schema/work-pools.ts";
import { clientOf, useIsPraetor } from "../api.ts";
import type { ServerFilter } from "../lists/compile-query.ts";
import { useFlowNames } from "../parts/flow-names.ts";

/** Schedules that are read at a time, and at most; of a Prefect server, deployments. */
const page = { schedules: 5_000, deployments: 200 };
const mostPages = { schedules: 2, deployments: 3 };

interface Source {
  rows: readonly ListedSchedule[] | undefined;
  /** Whether there are more than were read. */
  isCut: boolean;
  error: unknown;
  isPending: boolean;
  refetch: () => void;
}

interface Read {
  rows: ListedSchedule[];
  isCut: boolean;
}

/** All schedules of the deployments that match: the week and the order by time need them all. */
export function useSchedules(filter: ServerFilter): Source {
  const isPraetor = useIsPraetor();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["schedules", "filter", filter],
    queryFn: ({ client, signal }) => {
      const read = isPraetor ? readSchedules : readFromDeployments;
      return read(clientOf(client), filter, signal);
    },
  });
  const { nameOf } = useFlowNames(data?.rows.map((row) => row.flow_id));
  const rows = useMemo(
    () => data?.rows.map((row) => (row.flow_name ? row : { ...row, flow_name: nameOf(row.flow_id) ?? "" })),
    [data, nameOf],
  );
  return { rows, isCut: data?.isCut ?? false, error, isPending, refetch: () => void refetch() };
}

async function readSchedules(client: Client, filter: ServerFilter, signal: AbortSignal): Promise<Read> {
  const rows: ListedSchedule[] = [];
  for (let at = 0; at < mostPages.schedules; at++) {
    const input = { ...filter, limit: page.schedules, offset: at * page.schedules };
    const found = await client.call(deploymentSchedules.filter, input, { signal });
    rows.push(...found);
    if (found.length < page.schedules) return { rows, isCut: false };
  }
  return { rows, isCut: true };
}

/** A Prefect server lists schedules with their deployments, and the limit of a pool with the pool. */
async function readFromDeployments(client: Client, filter: ServerFilter, signal: AbortSignal): Promise<Read> {
  const pools = await client.call(workPools.filter, { limit: page.deployments }, { signal });
  const limits = new Map(pools.map((pool) => [pool.name, pool.concurrency_limit]));
  const rows: ListedSchedule[] = [];
  for (let at = 0; at < mostPages.deployments; at++) {
    const input = { ...filter, sort: "NAME_ASC", limit: page.deployments, offset: at * page.deployments };
    const found = await client.call(deployments.filter, { ...input, sort: "NAME_ASC" }, { signal });
    rows.push(...found.flatMap((deployment) => listedOf(deployment, limits)));
    if (found.length < page.deployments) return { rows, isCut: false };
  }
  return { rows, isCut: true };
}

const listedOf = (
  deployment: Deployment,
  limits: ReadonlyMap<string, number | null>,
): readonly ListedSchedule[] =>
  inOrderOfCreation(deployment.schedules).map(({ id, schedule, active, slug }) => ({
    ...{ id, schedule, active, slug, paused_until: null },
    ...{ deployment_id: deployment.id, deployment_name: deployment.name },
    ...{ deployment_paused: deployment.paused, flow_id: deployment.flow_id, flow_name: "" },
    tags: deployment.tags,
    work_pool_name: deployment.work_pool_name,
    work_queue_name: deployment.work_queue_name,
    pool_limit: limits.get(deployment.work_pool_name ?? "") ?? null,
    queue_limit: null,
    deployment_limit: deployment.global_concurrency_limit?.limit ?? null,
    collision_strategy: deployment.concurrency_options?.collision_strategy ?? "ENQUEUE",
    usual_seconds: null,
  }));
