import { TextField } from "../../kit/controls/text-field.tsx";
import { SchemaForm } from "../../schema-form/schema-form.tsx";
import type { ReceiverForm } from "./receiver-form.ts";

/** Name and fields of a block that is being made. */
export function ReceiverFields({ receiver }: { receiver: ReceiverForm }) {
  return (
    <div className="flex flex-col gap-3">
      <TextField
        label="Name of the block"
        value={receiver.name}
        onChange={receiver.setName}
        placeholder="team-alerts"
        error={receiver.nameProblem}
      />
      <SchemaForm form={receiver.form} label="Settings" />
    </div>
  );
}
