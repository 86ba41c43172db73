import { useEffect, useId, useState } from "react";
import { Field, inputClass, inputProps } from "../../kit/controls/field.tsx";
import { duration, parseDuration } from "../../parts/time/durations.ts";

interface Props {
  label: string;
  /** Null where none is given. */
  seconds: number | null;
  onChange: (seconds: number | null) => void;
  /** Whether it may be left out. */
  isOptional?: boolean;
  description?: string;
  error?: string | undefined;
}

/** A span of time as it is said: `30m`, `1h 30m`. */
export function DurationField({ label, seconds, onChange, isOptional, description, error }: Props) {
  const id = useId();
  const [text, setText] = useState(() => textOf(seconds));
  const read = text.trim() === "" ? null : parseDuration(text);
  useEffect(() => {
    setText((old) => (isSame(old, seconds) ? old : textOf(seconds)));
  }, [seconds]);
  const isMissing = read === null && isOptional !== true;
  const wrong = read === undefined || isMissing ? "expected a duration such as 90s, 30m or 1h 30m" : error;
  return (
    <Field label={label} id={id} description={description} error={wrong}>
      <input
        {...inputProps(id, { description, error: wrong })}
        value={text}
        autoComplete="off"
        placeholder={isOptional ? "no limit" : "30m"}
        onChange={({ target }) => {
          setText(target.value);
          const next = target.value.trim() === "" ? null : parseDuration(target.value);
          if (next !== undefined && (next !== null || isOptional)) onChange(next);
        }}
        className={`${inputClass} h-8 !w-32`}
      />
    </Field>
  );
}

const textOf = (seconds: number | null): string =>
  seconds === null || seconds === 0 ? "" : duration(seconds);
const isSame = (text: string, seconds: number | null): boolean =>
  text.trim() === "" ? !seconds : parseDuration(text) === seconds || parseDuration(text) === undefined;
