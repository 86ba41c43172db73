import { useId } from "react";
import { Field, inputClass, inputProps } from "./field.tsx";

/** Tags as they are typed: `prod, eu`. */
export const tagsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];

interface Props {
  value: string;
  onChange: (text: string) => void;
  description?: string;
  className?: string;
}

export function TagField({ value, onChange, description, className }: Props) {
  const id = useId();
  return (
    <Field label="Tags" id={id} description={description} className={className}>
      <input
        {...inputProps(id, { description })}
        value={value}
        placeholder="prod, eu"
        onChange={(event) => onChange(event.target.value)}
        className={`${inputClass} h-8`}
      />
    </Field>
  );
}
