import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Client } from "../../../client/client.ts";
import { automations } from "../../../schema/automations.ts";
import { blockDocuments } from "../../../schema/block-documents.ts";
import { deployments } from "../../../schema/deployments.ts";
import { flows } from "../../../schema/flows.ts";
import type { Input } from "../../../schema/route.ts";
import { workPools } from "../../../schema/work-pools.ts";
import { workQueues } from "../../../schema/work-queues.ts";
import { clientOf } from "../../api.ts";

/** What can be chosen: kinds of resources, and blocks by what they can do. */
export type FoundKind =
  | "flow"
  | "deployment"
  | "work-pool"
  | "work-queue"
  | "automation"
  | "receiver"
  | "webhook";

export interface FoundResource {
  id: string;
  name: string;
  /** Tells it from others of the same name. */
  aside?: string;
}

const most = 50;
const has = (text: string) => (row: FoundResource) => row.name.toLowerCase().includes(text.toLowerCase());

const finders: Readonly<Record<FoundKind, (client: Client, text: string) => Promise<FoundResource[]>>> = {
  flow: (client, text) =>
    client.call(flows.filter, {
      ...(text && { flows: { name: { like_: text } } }),
      ...{ sort: "NAME_ASC", limit: most },
    }),
  deployment: async (client, text) => {
    const found = await client.call(deployments.filter, {
      ...(text && { deployments: { flow_or_deployment_name: { like_: text } } }),
      ...{ sort: "NAME_ASC", limit: most },
    });
    const ids = [...new Set(found.map(({ flow_id }) => flow_id))];
    const named = ids.length > 0 ? await client.call(flows.filter, { flows: { id: { any_: ids } } }) : [];
    const names = new Map(named.map(({ id, name }) => [id, name]));
    return found.map(({ id, name, flow_id }) => ({ id, name, aside: names.get(flow_id) ?? "" }));
  },
  "work-pool": async (client, text) => {
    const found = await client.call(workPools.filter, { limit: 200 });
    return found.map(({ id, name, type }) => ({ id, name, aside: type })).filter(has(text));
  },
  "work-queue": async (client, text) => {
    const found = await client.call(workQueues.filter, { limit: 200 });
    return found
      .map(({ id, name, work_pool_name }) => ({ id, name, aside: work_pool_name ?? "" }))
      .filter(has(text));
  },
  automation: async (client, text) =>
    (await client.call(automations.filter, { limit: 200 })).filter(has(text)).slice(0, most),
  receiver: (client, text) =>
    blocks(client, text, { block_schemas: { block_capabilities: { all_: ["notify"] } } }),
  webhook: (client, text) => blocks(client, text, { block_types: { slug: { any_: ["webhook"] } } }),
};

async function blocks(
  client: Client,
  text: string,
  filter: Omit<Input<typeof blockDocuments.filter>, "limit">,
): Promise<FoundResource[]> {
  const found = await client.call(blockDocuments.filter, { ...filter, limit: 200 });
  return found
    .map(({ id, name, block_type_name }) => ({ id, name: name ?? "", aside: block_type_name ?? "" }))
    .filter(has(text));
}

/** Resources whose names have the text; asked for only while `enabled`. */
export const useFoundResources = (kind: FoundKind, text: string, enabled: boolean) =>
  useQuery({
    queryKey: ["names", "found", kind, text],
    queryFn: ({ client }) => finders[kind](clientOf(client), text),
    enabled,
    staleTime: 5_000,
    placeholderData: keepPreviousData,
  });
