import { useQuery } from "@tanstack/react-query";
import type { Client } from "../../client/client.ts";
import { type Deployment, deployments } from "../../schema/deployments.ts";
import type { Flow } from "../../schema/flows.ts";
import { clientOf } from "../api.ts";

const pageSize = 200;
/** Beyond so many nothing is told of any flow, rather than something wrong of some. */
const most = 1_000;

/** The deployments of each of these flows; undefined while they are not known. */
export function useDeploymentsOf(
  flows: readonly Flow[],
): (flowId: string) => readonly Deployment[] | undefined {
  const ids = flows.map((flow) => flow.id);
  const { data } = useQuery({
    queryKey: ["deployments", "filter", { of: ids }, "all"],
    queryFn: ({ client, signal }) => readAll(clientOf(client), ids, signal),
    enabled: ids.length > 0,
  });
  if (!data || data.length >= most) return () => undefined;
  const byFlow = Map.groupBy(data, (deployment) => deployment.flow_id);
  return (flowId) => byFlow.get(flowId) ?? [];
}

async function readAll(client: Client, ids: string[], signal: AbortSignal): Promise<Deployment[]> {
  const all: Deployment[] = [];
  while (all.length < most) {
    const page = await client.call(
      deployments.filter,
      { flows: { id: { any_: ids } }, limit: pageSize, offset: all.length },
      { signal },
    );
    all.push(...page);
    if (page.length < pageSize) break;
  }
  return all;
}
