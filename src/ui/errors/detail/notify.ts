import type { Client } from "../../../client/client.ts";
import { type Automation, automations } from "../../../schema/automations.ts";
import { type BlockDocument, blockDocuments } from "../../../schema/block-documents.ts";
import { blockSchemas } from "../../../schema/block-schemas.ts";
import { blockTypes } from "../../../schema/block-types.ts";
import { type FailureGroup, failureGroupEvents, failureGroupResource } from "../../../schema/failures.ts";
import { titleOf } from "../words.ts";

// A rule in one step: an automation that sends a notification when a failure is added to a group.

/** On what it is sent. */
export const notifyTriggers = {
  every: { label: "Every time it fails", events: [failureGroupEvents.seen, failureGroupEvents.reopened] },
  often: {
    label: "When it fails 10 times within 1 hour",
    events: [failureGroupEvents.seen, failureGroupEvents.reopened],
    threshold: 10,
    within: 3600,
  },
  reopened: {
    label: "Only when it fails again after it was resolved",
    events: [failureGroupEvents.reopened],
  },
} as const;
export type NotifyTrigger = keyof typeof notifyTriggers;

/** Where it can be sent without a block of its own. */
export const newReceivers = {
  webhook: { label: "New webhook", address: "Webhook URL" },
  "slack-webhook": { label: "New Slack webhook", address: "Slack webhook URL" },
  "ms-teams-webhook": { label: "New Microsoft Teams webhook", address: "Teams webhook URL" },
} as const;
export type NewReceiver = keyof typeof newReceivers;

/** A block of a known type calls an address itself; all others are told by their type what to send. */
export const isWebhook = ({ block_type }: BlockDocument): boolean => block_type?.slug === "webhook";

export interface Rule {
  group: FailureGroup;
  trigger: NotifyTrigger;
  receiver: BlockDocument;
}

const subject = "{{ event.resource.name }}";
const body = "Failures: {{ event.payload.failures }}\n{{ event.resource|ui_url }}";
const payload = `{
  "error": {{ event.payload.error_type|tojson }},
  "message": {{ event.payload.message|tojson }},
  "failures": {{ event.payload.failures }},
  "url": "{{ event.resource|ui_url }}"
}`;

const longestName = 80;

/** Creates the automation. */
export function createRule(client: Client, { group, trigger, receiver }: Rule): Promise<Automation> {
  const { events, label: _label, ...counted } = { threshold: 1, within: 0, ...notifyTriggers[trigger] };
  const title = titleOf(group);
  const short = title.length > longestName ? `${title.slice(0, longestName)}…` : title;
  return client.call(automations.create, {
    name: `Notify: ${short}`,
    description: "Created on the page of the error.",
    trigger: {
      ...{ type: "event", posture: "Reactive", ...counted },
      match: { "prefect.resource.id": failureGroupResource(group.id) },
      expect: [...events],
    },
    actions: [
      isWebhook(receiver)
        ? { type: "call-webhook", block_document_id: receiver.id, payload }
        : { type: "send-notification", block_document_id: receiver.id, subject, body },
    ],
  });
}

/** Stores the address as a block, so that it is kept secret and can be used again. */
export async function createReceiver(
  client: Client,
  { slug, name, url }: { slug: NewReceiver; name: string; url: string },
): Promise<BlockDocument> {
  const type = await client.call(blockTypes.readBySlug, { slug });
  const [schema] = await client.call(blockSchemas.filter, {
    block_schemas: { block_type_id: { any_: [type.id] } },
    limit: 1,
  });
  if (!schema) throw new Error(`expected a schema of the block type ${slug}`);
  return client.call(blockDocuments.create, {
    ...{ name, block_type_id: type.id, block_schema_id: schema.id },
    data: { url, ...(slug === "webhook" ? { method: "POST" } : {}) },
  });
}
