import { useId } from "react";
import { cx } from "../cx.ts";
import { Field, inputClass, inputProps } from "./field.tsx";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  error?: string | undefined;
}

/** A line of text that is typed. */
export function TextField({ label, value, onChange, placeholder, error }: Props) {
  const id = useId();
  return (
    <Field label={label} id={id} error={error}>
      <input
        {...inputProps(id, { error })}
        value={value}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        className={cx(inputClass, "h-8")}
      />
    </Field>
  );
}
