import { useId, useState } from "react";
import { Field, inputClass, inputProps } from "../kit/controls/field.tsx";
import { cx } from "../kit/cx.ts";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { zoneLabel } from "../parts/time/times.ts";
import { instantOf, wallClock } from "../parts/time/wall-clock.ts";
import { useSettings } from "../settings.ts";

interface Props {
  onIgnore: (until: number) => Promise<boolean>;
  onClose: () => void;
}

/** Asks for the time at which ignored errors are open again. */
export function IgnoreDialog({ onIgnore, onClose }: Props) {
  const { zone } = useSettings();
  const [text, setText] = useState(() => wallClock(Date.now() + 86_400_000, zone).slice(0, 16));
  const id = useId();
  const until = instantOf(text, zone);
  const error =
    until === undefined
      ? "Enter a date and a time."
      : until <= Date.now()
        ? "Enter a time in the future."
        : undefined;
  return (
    <ConfirmDialog
      title="Ignore until a time"
      description="Failures are still counted, and nothing is sent. From then on the error is open again."
      verb="Ignore error"
      disabled={error !== undefined}
      act={async () => until !== undefined && onIgnore(until)}
      onClose={onClose}
    >
      <Field label="Ignore until" id={id} error={error} aside={zoneLabel(zone)}>
        <input
          type="datetime-local"
          {...inputProps(id, { error })}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className={cx(inputClass, "h-8")}
        />
      </Field>
    </ConfirmDialog>
  );
}
