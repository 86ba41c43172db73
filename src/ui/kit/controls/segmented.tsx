import type { ReactNode } from "react";
import { cx } from "../cx.ts";

interface Props<T extends string> {
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: ReactNode }[];
  label: string;
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({ value, onChange, options, label }: Props<T>) {
  return (
    <div role="group" aria-label={label} className="inline-flex h-7 rounded-md bg-sunken p-0.5">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={cx(
            "inline-flex items-center rounded-sm px-2",
            option.value === value
              ? "bg-surface text-fg shadow-[0_0_0_1px_var(--line)]"
              : "text-muted hover:text-fg",
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
