import { useState } from "react";
import { Button } from "../../kit/controls/button.tsx";
import { Switch } from "../../kit/controls/switch.tsx";
import { TextField } from "../../kit/controls/text-field.tsx";
import { Dialog } from "../../kit/overlays/dialog.tsx";
import type { SavedView } from "./saved-view.ts";

interface Props {
  title: string;
  view: SavedView;
  onSave: (view: SavedView) => Promise<void>;
  onClose: () => void;
}

/** Asks for the name of a view, and who is to see it. */
export function ViewDialog({ title, view, onSave, onClose }: Props) {
  const [name, setName] = useState(view.name);
  const [isShared, setShared] = useState(view.isShared);
  const [error, setError] = useState<string>();
  const submit = () =>
    onSave({ name: name.trim(), search: view.search, isShared }).then(onClose, (reason: unknown) =>
      setError(reason instanceof Error ? reason.message : String(reason)),
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" disabled={name.trim() === ""} onClick={() => void submit()}>
            Save view
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") void submit();
        }}
      >
        <TextField label="Name" value={name} onChange={setName} error={error} />
        <Switch label="Share with everyone on this server" checked={isShared} onChange={setShared} />
      </form>
    </Dialog>
  );
}
