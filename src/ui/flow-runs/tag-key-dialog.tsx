import { useState } from "react";
import { Button } from "../kit/controls/button.tsx";
import { TextField } from "../kit/controls/text-field.tsx";
import { Dialog } from "../kit/overlays/dialog.tsx";

interface Props {
  onChoose: (key: string) => void;
  onClose: () => void;
}

/** Asks for the key of tags to group by. */
export function TagKeyDialog({ onChoose, onClose }: Props) {
  const [text, setText] = useState("");
  const key = text.trim().replace(/[=:].*$/, "");
  const fault = /[\s",]/.test(key) ? "Expected a key without spaces, quotes and commas" : undefined;
  const isReady = key !== "" && fault === undefined;
  const submit = () => {
    if (!isReady) return;
    onChoose(key);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Group by tag"
      description="The key project has a group for each value: tags such as project=42 or project:42."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" disabled={!isReady} onClick={submit}>
            Group runs
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField label="Tag key" value={text} onChange={setText} error={fault} />
      </form>
    </Dialog>
  );
}
