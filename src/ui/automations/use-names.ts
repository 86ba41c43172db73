import { type QueryClient, useQueries } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Client } from "../../client/client.ts";
import { automations } from "../../schema/automations.ts";
import { blockDocuments } from "../../schema/block-documents.ts";
import { deployments } from "../../schema/deployments.ts";
import { flows } from "../../schema/flows.ts";
import { workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { clientOf } from "../api.ts";
import { targetOf } from "./model/action-words.ts";
import { type AutomationDraft, allDrafts, relatedOf, valuesOf } from "./model/drafts.ts";
import { resourceKey } from "./model/event-words.ts";
import type { NameOf } from "./model/trigger-words.ts";

interface Named {
  id: string;
  name: string | null;
}
type Read = (client: Client, ids: string[]) => Promise<Named[]>;

const readers = {
  flow: (client, ids) => client.call(flows.filter, { flows: { id: { any_: ids } } }),
  deployment: (client, ids) => client.call(deployments.filter, { deployments: { id: { any_: ids } } }),
  "work-pool": (client, ids) => client.call(workPools.filter, { work_pools: { id: { any_: ids } } }),
  "work-queue": (client, ids) => client.call(workQueues.filter, { work_queues: { id: { any_: ids } } }),
  "block-document": (client, ids) =>
    client.call(blockDocuments.filter, { block_documents: { id: { any_: ids } } }),
  automation: (client, ids) => client.call(automations.filter, { automations: { id: { any_: ids } } }),
} as const satisfies Record<string, Read>;

type Kind = keyof typeof readers;
const isKind = (text: string): text is Kind => text in readers;
const most = 200;

/** Names of the resources that automations mention: one request for each kind that is mentioned at all, and 200 of it. */
export function useNames(resources: readonly string[]): NameOf {
  const portions = useMemo(() => portionsOf(resources), [resources]);
  const names = useQueries({
    queries: portions.map(({ kind, ids }) => ({
      queryKey: ["names", kind, ids],
      queryFn: ({ client }: { client: QueryClient }) => namesOf(clientOf(client), kind, ids),
      staleTime: 60_000,
    })),
    combine: joined,
  });
  return useCallback((resource: string) => names.get(resource), [names]);
}

type Entry = readonly [resource: string, name: string];
const joined = (found: { data: Entry[] | undefined }[]): ReadonlyMap<string, string> =>
  new Map(found.flatMap(({ data }) => data ?? []));

async function namesOf(client: Client, kind: Kind, ids: readonly string[]): Promise<Entry[]> {
  const read: Read = readers[kind];
  const rows = await read(client, [...ids]);
  return rows.map(({ id, name }) => [`prefect.${kind}.${id}`, name ?? id.slice(0, 8)] as const);
}

const pattern = /^prefect\.([a-z-]+)\.([0-9a-f]{8}-[0-9a-f-]{27})$/;

interface Portion {
  kind: Kind;
  ids: string[];
}

/** In the order in which they are mentioned: what is mentioned later leaves the portions before as they are. */
function portionsOf(resources: readonly string[]): Portion[] {
  const portions: Portion[] = [];
  for (const resource of new Set(resources)) {
    const [, kind = "", id = ""] = pattern.exec(resource) ?? [];
    if (!isKind(kind)) continue;
    const open = portions.findLast((portion) => portion.kind === kind);
    if (open && open.ids.length < most) open.ids.push(id);
    else portions.push({ kind, ids: [id] });
  }
  return portions;
}

type Mentioning = Pick<AutomationDraft, "trigger" | "actions" | "actions_on_trigger">;

/** Resources that an automation mentions in its trigger and its actions. */
export function resourcesOf({ trigger, actions, actions_on_trigger }: Mentioning): string[] {
  const inTrigger = allDrafts(trigger).flatMap((one) =>
    one.type === "event"
      ? [one.match, ...relatedOf(one)].flatMap((labels) => valuesOf(labels, resourceKey))
      : [],
  );
  return [...inTrigger, ...[...actions, ...actions_on_trigger].flatMap((action) => targetOf(action) ?? [])];
}
