import { type ReactNode, useId } from "react";
import { Button } from "../controls/button.tsx";
import { Dialog } from "./dialog.tsx";

interface Props {
  title: string;
  description?: ReactNode;
  side?: "centre" | "right";
  className?: string;
  /** On the button that submits. */
  verb: string;
  /** Why the last attempt was refused. */
  error: string | undefined;
  isBusy: boolean;
  onSubmit: () => void;
  onClose: () => void;
  /** Before the message: what else can be done. */
  aside?: ReactNode;
  children: ReactNode;
}

/** A dialog with one form: what the server refuses stands beside its buttons. */
export function FormDialog({ verb, error, isBusy, onSubmit, aside, children, ...dialog }: Props) {
  const id = useId();
  return (
    <Dialog
      {...dialog}
      isForm
      open
      footer={
        <>
          {aside}
          <p role="alert" className="min-w-0 flex-1 break-words text-danger">
            {error}
          </p>
          <Button size="md" onClick={dialog.onClose}>
            Cancel
          </Button>
          <Button size="md" variant="primary" type="submit" form={id} disabled={isBusy}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id={id}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
      </form>
    </Dialog>
  );
}
