import { useState } from "react";
import { Button } from "../../kit/controls/button.tsx";
import { cx } from "../../kit/cx.ts";
import { Failed } from "../../kit/panel.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { useFoundResources } from "../editor/find-resources.ts";
import { ReceiverFields } from "./receiver-fields.tsx";
import { useReceiverForm } from "./receiver-form.ts";
import { type ReceiverType, useReceiverTypes } from "./receiver-types.ts";

interface Chosen {
  id: string;
  name: string;
}

/** Where a notification is sent to: a block that exists, or one that is made here from the fields of its type. */
export function ReceiverStep({ onChosen }: { onChosen: (block: Chosen) => void }) {
  const { data, error, refetch } = useReceiverTypes("receiver");
  const existing = useFoundResources("receiver", "", true);
  const [slug, setSlug] = useState<string>();
  const type = data?.find((one) => one.slug === slug);
  if (error && !data) return <Failed what="Types of blocks" error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={3} label="Loading types of blocks" />;
  return (
    <>
      {existing.data && existing.data.length > 0 && (
        <div role="group" aria-label="Existing blocks" className="flex flex-col gap-1.5">
          <p className="text-muted">Send through an existing block</p>
          <div className="flex flex-wrap gap-1.5">
            {existing.data.slice(0, 12).map((block) => (
              <Button key={block.id} onClick={() => onChosen(block)}>
                {block.name}
                {block.aside && <span className="font-normal text-muted">{block.aside}</span>}
              </Button>
            ))}
          </div>
        </div>
      )}
      <div role="group" aria-label="New receiver" className="flex flex-col gap-1.5">
        <p className="text-muted">{existing.data?.length ? "or a new one" : "Send to"}</p>
        <div className="flex flex-wrap gap-1.5">
          {data.map((one) => (
            <Button
              key={one.slug}
              aria-pressed={one.slug === slug}
              className={cx(one.slug === slug && "border-fg")}
              onClick={() => setSlug(one.slug)}
            >
              {one.label}
            </Button>
          ))}
        </div>
      </div>
      {type && <NewBlock key={type.slug} type={type} onCreated={onChosen} />}
    </>
  );
}

function NewBlock({ type, onCreated }: { type: ReceiverType; onCreated: (block: Chosen) => void }) {
  const receiver = useReceiverForm(type);
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const submit = async () => {
    setBusy(true);
    setRefusal(undefined);
    try {
      const made = await receiver.create();
      if (made) onCreated(made);
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-3 rounded-md border px-3 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit();
      }}
    >
      <p className="text-muted">{type.description}</p>
      <ReceiverFields receiver={receiver} />
      {refusal !== undefined && (
        <p role="alert" className="break-words text-danger">
          {refusal}
        </p>
      )}
      <Button variant="primary" type="submit" className="self-start" disabled={isBusy}>
        Create block
      </Button>
    </form>
  );
}
