import { useId, useState } from "react";
import { Field } from "../../kit/controls/field.tsx";
import { Select } from "../../kit/controls/select.tsx";
import { Dialog } from "../../kit/overlays/dialog.tsx";
import { Failed } from "../../kit/panel.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { ConfirmDialog } from "../../parts/actions/confirm-dialog.tsx";
import { ReceiverFields } from "./receiver-fields.tsx";
import { useReceiverForm } from "./receiver-form.ts";
import { type ReceiverType, useReceiverTypes } from "./receiver-types.ts";

interface Props {
  kind: "receiver" | "webhook";
  onClose: () => void;
  onCreated: (block: { id: string; name: string }) => void;
}

/** Makes the block that an action sends through. */
export function NewReceiver({ kind, ...on }: Props) {
  const { data, error, refetch } = useReceiverTypes(kind);
  const [slug, setSlug] = useState<string>();
  const type = data?.find((one) => one.slug === slug) ?? data?.[0];
  if (data && type)
    return (
      <Form
        key={type.slug}
        types={data}
        type={type}
        onType={setSlug}
        isWebhook={kind === "webhook"}
        {...on}
      />
    );
  return (
    <Dialog open onClose={on.onClose} title="New block">
      {error ? (
        <Failed what="Types of blocks" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <p className="text-muted">The server has no type of block that can be sent through.</p>
      ) : (
        <SkeletonRows rows={4} label="Loading types of blocks" />
      )}
    </Dialog>
  );
}

interface FormProps extends Omit<Props, "kind"> {
  types: readonly ReceiverType[];
  type: ReceiverType;
  onType: (slug: string) => void;
  isWebhook: boolean;
}

function Form({ types, type, onType, isWebhook, onClose, onCreated }: FormProps) {
  const id = useId();
  const receiver = useReceiverForm(type);
  return (
    <ConfirmDialog
      title={isWebhook ? "New webhook" : "New receiver"}
      description={type.description}
      verb="Create block"
      act={async () => {
        const made = await receiver.create();
        if (made) onCreated(made);
        return made !== undefined;
      }}
      done={`Created ${receiver.name}`}
      onClose={onClose}
    >
      {types.length > 1 && (
        <Field label="Type" id={id}>
          <Select
            id={id}
            label="Type"
            value={type.slug}
            options={types.map(({ slug, label }) => ({ value: slug, label }))}
            onChange={onType}
          />
        </Field>
      )}
      <ReceiverFields receiver={receiver} />
    </ConfirmDialog>
  );
}
