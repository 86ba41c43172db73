import { useId } from "react";
import { Field, inputClass, inputProps } from "../../kit/controls/field.tsx";
import type { Editing } from "./use-draft.ts";

/** The automation as JSON: what is written here is in the form, and the other way round. */
export function JsonPane({ editing }: { editing: Editing }) {
  const id = useId();
  const { text, setText, mistake } = editing;
  return (
    <div className="p-3">
      <Field
        label="Automation as JSON"
        id={id}
        error={mistake && `${mistake}. The form shows the last valid version.`}
      >
        <textarea
          {...inputProps(id, { error: mistake })}
          value={text}
          spellCheck={false}
          rows={Math.min(40, Math.max(16, text.split("\n").length + 1))}
          onChange={(event) => setText(event.target.value)}
          className={`${inputClass} block py-1.5 font-mono text-xs leading-5`}
        />
      </Field>
    </div>
  );
}
