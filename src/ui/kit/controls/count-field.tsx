import { useId } from "react";
import { cx } from "../cx.ts";
import { Field, inputClass, inputProps } from "./field.tsx";

interface Props {
  label: string;
  /** As it is typed. */
  value: string;
  onChange: (value: string) => void;
  description?: string;
  error?: string | undefined;
  /** Shown where nothing is typed, for numbers that may be left out. */
  placeholder?: string;
}

/** A number that is typed. */
export function CountField({ label, value, onChange, description, error, placeholder }: Props) {
  const id = useId();
  return (
    <Field label={label} id={id} description={description} error={error}>
      <input
        {...inputProps(id, { description, error })}
        inputMode="decimal"
        autoComplete="off"
        value={value}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        className={cx(inputClass, "h-8 !w-32")}
      />
    </Field>
  );
}

/** What is wrong with a text that should be a whole number; undefined when nothing is. */
export function countProblem(text: string, { min = 0, isOptional = false } = {}): string | undefined {
  if (isOptional && text.trim() === "") return undefined;
  const count = Number(text);
  if (text.trim() === "" || !Number.isInteger(count) || count < min)
    return `expected a whole number from ${min} on, got ${text.trim() === "" ? "nothing" : `“${text}”`}`;
  return undefined;
}

/** The number, or null where none was typed. */
export const countOf = (text: string): number | null => (text.trim() === "" ? null : Number(text));
