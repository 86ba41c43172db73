import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { blockDocuments } from "../../../schema/block-documents.ts";
import type { FailureGroup } from "../../../schema/failures.ts";
import { maxPage } from "../../../schema/scalars.ts";
import { query, useApi } from "../../api.ts";
import { Field } from "../../kit/controls/field.tsx";
import { Select } from "../../kit/controls/select.tsx";
import { TextField } from "../../kit/controls/text-field.tsx";
import { Failed } from "../../kit/panel.tsx";
import { Skeleton } from "../../kit/skeleton.tsx";
import { ConfirmDialog } from "../../parts/actions/confirm-dialog.tsx";
import { titleOf } from "../words.ts";
import {
  createReceiver,
  createRule,
  isWebhook,
  type NewReceiver,
  type NotifyTrigger,
  newReceivers,
  notifyTriggers,
} from "./notify.ts";

interface Props {
  group: FailureGroup;
  onClose: () => void;
}

const news = (["webhook", "slack-webhook", "ms-teams-webhook"] as const).map((slug) => ({
  value: `new ${slug}`,
  label: newReceivers[slug].label,
}));
const triggerOptions = (["every", "often", "reopened"] as const).map((value) => ({
  value,
  label: notifyTriggers[value].label,
}));
const notifying = { block_schemas: { block_capabilities: { all_: ["notify"] } }, limit: maxPage };
const calling = { block_types: { slug: { any_: ["webhook"] } }, limit: maxPage };

/** Sends a notification when this error occurs: an automation, made in one step. */
export function NotifyDialog({ group, onClose }: Props) {
  const { client, queries } = useApi();
  const blocks = useReceivers();
  const [trigger, setTrigger] = useState<NotifyTrigger>("every");
  const [chosen, setChosen] = useState<string>();
  const [url, setUrl] = useState("");
  const [name, setName] = useState("");
  const receiver = chosen ?? blocks.list[0]?.id ?? news[0]?.value ?? "";
  const slug = slugOf(receiver);
  const nameError =
    name !== "" && !/^[a-z0-9-]+$/.test(name) ? "Use lower-case letters, digits and dashes." : undefined;
  const isMissing = slug !== undefined && (!isUrl(url) || name === "" || nameError !== undefined);
  const act = async () => {
    const found = blocks.list.find(({ id }) => id === receiver);
    const block = slug ? await createReceiver(client, { slug, name, url }) : found;
    if (!block) throw new Error("expected a receiver that is still there");
    await createRule(client, { group, trigger, receiver: block });
    for (const noun of ["automations", "block-documents"])
      void queries.invalidateQueries({ queryKey: [noun] });
  };
  return (
    <ConfirmDialog
      title="Notify when this happens"
      description={titleOf(group)}
      verb="Create automation"
      done="Automation created"
      disabled={blocks.isPending || isMissing}
      act={act}
      onClose={onClose}
    >
      <Choice label="When" value={trigger} onChange={setTrigger} options={triggerOptions} />
      {blocks.isPending ? (
        <Skeleton className="h-12 w-60" />
      ) : blocks.error ? (
        <Failed what="Receivers" error={blocks.error} onRetry={blocks.refetch} />
      ) : (
        <Choice
          label="Send to"
          value={receiver}
          onChange={setChosen}
          options={[...blocks.list.map((block) => ({ value: block.id, label: labelOf(block) })), ...news]}
        />
      )}
      {slug && (
        <>
          <TextField
            label={newReceivers[slug].address}
            value={url}
            onChange={setUrl}
            placeholder="https://"
            error={
              url !== "" && !isUrl(url) ? "Enter a URL that begins with http:// or https://." : undefined
            }
          />
          <TextField
            label="Block name"
            value={name}
            onChange={setName}
            placeholder="team-alerts"
            error={nameError}
          />
        </>
      )}
    </ConfirmDialog>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
}

function Choice<T extends string>({ label, ...rest }: ChoiceProps<T>) {
  const id = useId();
  return (
    <Field label={label} id={id}>
      <Select id={id} label={label} {...rest} />
    </Field>
  );
}

function slugOf(receiver: string): NewReceiver | undefined {
  const slug = receiver.replace(/^new /, "");
  const isNew = (text: string): text is NewReceiver => text in newReceivers;
  return receiver.startsWith("new ") && isNew(slug) ? slug : undefined;
}

const isUrl = (text: string): boolean => /^https?:\/\/\S+$/.test(text);

type Block = ReturnType<typeof useReceivers>["list"][number];
const labelOf = (block: Block): string =>
  [block.name, isWebhook(block) ? "Webhook" : block.block_type?.name].filter(Boolean).join(" · ");

/** Blocks that notify, and webhooks. */
function useReceivers() {
  const notified = useQuery(query(blockDocuments.filter, notifying));
  const called = useQuery(query(blockDocuments.filter, calling));
  return {
    list: [...(notified.data ?? []), ...(called.data ?? [])],
    isPending: notified.isPending || called.isPending,
    error: notified.error ?? called.error,
    refetch: () => {
      void notified.refetch();
      void called.refetch();
    },
  };
}
