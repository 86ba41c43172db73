import { useId, useState } from "react";
import { Field, inputClass, inputProps } from "../../kit/controls/field.tsx";
import { isMistake, readJson } from "../../schema-form/json-text.ts";

interface Props {
  label: string;
  /** An object, or nothing. */
  value: unknown;
  onChange: (value: object | null) => void;
  description?: string;
  error?: string | undefined;
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value: unknown) =>
  isObject(value) && Object.keys(value).length > 0 ? JSON.stringify(value, null, 2) : "";

/** An object that is written as JSON. */
export function JsonField({ label, value, onChange, description, error }: Props) {
  const id = useId();
  const [typed, setTyped] = useState<string>();
  const text = typed ?? textOf(value);
  const read = readJson(text.trim() === "" ? "{}" : text);
  const problem = isMistake(read)
    ? `Line ${read.line}: ${read.message}`
    : isObject(read.value)
      ? error
      : "expected an object in braces";
  return (
    <Field label={label} id={id} description={description} error={problem}>
      <textarea
        {...inputProps(id, { description, error: problem })}
        rows={Math.min(12, Math.max(2, text.split("\n").length))}
        value={text}
        spellCheck={false}
        placeholder='{ "day": "{{ event.occurred }}" }'
        onChange={({ target }) => {
          setTyped(target.value);
          const next = readJson(target.value.trim() === "" ? "{}" : target.value);
          if (!isMistake(next) && isObject(next.value)) onChange(next.value);
        }}
        onBlur={() => problem === undefined && setTyped(undefined)}
        className={`${inputClass} block py-1.5 font-mono text-xs leading-5`}
      />
    </Field>
  );
}
