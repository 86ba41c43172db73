import { type ReactNode, useId, useState } from "react";
import { Button } from "../../kit/controls/button.tsx";
import { Dialog } from "../../kit/overlays/dialog.tsx";
import { toast } from "../../kit/overlays/toast.tsx";
import { CliCommand } from "./copy.tsx";

interface Props {
  title: string;
  /** What will come of it. */
  description?: ReactNode;
  /** On the button, with its object: `Release the slot`. */
  verb: string;
  danger?: boolean;
  /** On the button that leaves everything as it is. */
  keep?: string;
  /** Does it. What it throws is shown in the dialog, which stays; so it does when this answers false. */
  act: () => Promise<unknown>;
  /** Said when it is done, unless what it does says so itself. */
  done?: string;
  /** The same deed in a terminal. */
  command?: string;
  disabled?: boolean;
  onClose: () => void;
  children?: ReactNode;
}

/** Asks before a deed, or for what it needs; Enter in a field does it. */
export function ConfirmDialog({
  verb,
  danger,
  keep = "Cancel",
  act,
  done,
  command,
  disabled,
  onClose,
  ...rest
}: Props) {
  const form = useId();
  const { isBusy, error, run } = useSubmit(act, () => {
    if (done) toast.done(done);
    onClose();
  });
  return (
    <Dialog
      isForm
      open
      onClose={onClose}
      title={rest.title}
      description={rest.description}
      footer={
        <>
          <Button size="md" className="ml-auto" onClick={onClose}>
            {keep}
          </Button>
          <Button
            size="md"
            type="submit"
            form={form}
            variant={danger ? "danger" : "primary"}
            disabled={disabled || isBusy}
          >
            {verb}
          </Button>
        </>
      }
    >
      <form
        id={form}
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!disabled) run();
        }}
      >
        {rest.children}
        {error !== undefined && (
          <p role="alert" className="break-words text-danger">
            {error}
          </p>
        )}
        {command && <CliCommand command={command} />}
      </form>
    </Dialog>
  );
}

/** One deed at a time; resolves to `onDone` or to words of what went wrong. */
function useSubmit(act: () => Promise<unknown>, onDone: () => void) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      if ((await act()) !== false) onDone();
    } catch (caught) {
      setError(caught instanceof Error ? caught.message : String(caught));
    }
    setBusy(false);
  };
  return { isBusy, error, run: () => void (isBusy || run()) };
}
