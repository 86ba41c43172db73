import { useQuery } from "@tanstack/react-query";
import { type BlockSchema, blockSchemas } from "../../../schema/block-schemas.ts";
import { query, useIsPraetor } from "../../api.ts";

/** Blocks that a Praetor server sends through, the most used first; other types can only be used by Prefect's. */
const known = [
  ...["slack-webhook", "smtp-email", "custom-webhook", "pager-duty-webhook", "ms-teams-webhook"],
  ...["discord-webhook", "mattermost-webhook", "opsgenie-webhook", "sendgrid-email", "twilio-sms"],
];

/** What is sent to, in a word. */
const labels: Readonly<Record<string, string>> = {
  "slack-webhook": "Slack",
  "smtp-email": "E-mail (SMTP)",
  "custom-webhook": "Webhook",
  "pager-duty-webhook": "PagerDuty",
  "ms-teams-webhook": "Microsoft Teams",
  "discord-webhook": "Discord",
  "mattermost-webhook": "Mattermost",
  "opsgenie-webhook": "Opsgenie",
  "sendgrid-email": "E-mail (SendGrid)",
  "twilio-sms": "SMS (Twilio)",
};

export interface ReceiverType {
  slug: string;
  label: string;
  description: string;
  schema: BlockSchema;
}

/** Types of blocks that notifications, or webhooks, can be sent through; undefined until they are known. */
export function useReceiverTypes(kind: "receiver" | "webhook") {
  const isPraetor = useIsPraetor();
  const filter = kind === "receiver" ? { block_schemas: { block_capabilities: { all_: ["notify"] } } } : {};
  const source = useQuery({
    ...query(blockSchemas.filter, { ...filter, limit: 200 }),
    staleTime: 60_000,
  });
  const types = source.data && typesOf(source.data, kind, isPraetor);
  return { ...source, data: types };
}

function typesOf(schemas: readonly BlockSchema[], kind: string, isPraetor: boolean): ReceiverType[] {
  const newest = new Map<string, BlockSchema>();
  for (const schema of schemas.toSorted((a, b) => String(a.created).localeCompare(String(b.created))))
    if (schema.block_type) newest.set(schema.block_type.slug, schema);
  const slugs = [...newest.keys()].filter((slug) =>
    kind === "webhook" ? slug === "webhook" : !isPraetor || known.includes(slug),
  );
  const place = (slug: string) => (known.indexOf(slug) + known.length) % known.length;
  return slugs
    .toSorted((a, b) => place(a) - place(b))
    .flatMap((slug) => {
      const schema = newest.get(slug);
      const { name = slug, description } = schema?.block_type ?? {};
      return schema ? [{ slug, schema, label: labels[slug] ?? name, description: description ?? "" }] : [];
    });
}
