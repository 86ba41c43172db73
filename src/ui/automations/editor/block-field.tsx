import { Plus } from "lucide-react";
import { Suspense, useState } from "react";
import { Button } from "../../kit/controls/button.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { type ActionProps, textIn } from "./props.ts";
import { ResourcePicker } from "./resource-picker.tsx";
import { useProblem } from "./use-draft.ts";

const NewReceiver = lazyNamed(async () => (await import("../notification/new-receiver.tsx")).NewReceiver);

interface Props extends ActionProps {
  kind: "receiver" | "webhook";
  label: string;
}

/** The block that names where to: one that exists, or one that is made here. */
export function BlockField({ action, onChange, path, nameOf, kind, label }: Props) {
  const [isNew, setNew] = useState(false);
  const id = textIn(action, "block_document_id");
  const error = useProblem(`${path}.block_document_id`);
  return (
    <div className="flex flex-wrap items-end gap-2">
      <ResourcePicker
        isSingle
        {...{ label, kind, error }}
        placeholder="Choose a block"
        chosen={id ? [id] : []}
        onChange={([block_document_id]) => onChange({ ...action, block_document_id })}
        nameOf={(one) => nameOf(`prefect.block-document.${one}`)}
      />
      <Button onClick={() => setNew(true)}>
        <Plus size={13} />
        New
      </Button>
      <Suspense fallback={null}>
        {isNew && (
          <NewReceiver
            kind={kind}
            onClose={() => setNew(false)}
            onCreated={({ id: block_document_id }) => {
              onChange({ ...action, block_document_id });
              setNew(false);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
