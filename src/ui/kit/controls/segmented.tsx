import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import type { ReactNode } from "react";

interface Props<T extends string> {
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: ReactNode }[];
  label: string;
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({ value, onChange, options, label }: Props<T>) {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => next !== undefined && onChange(next)}
      className="inline-flex h-7 rounded-md bg-sunken p-0.5"
    >
      {options.map((option) => (
        <Toggle
          key={option.value}
          value={option.value}
          className="inline-flex items-center rounded-sm px-2 text-muted hover:text-fg data-[pressed]:bg-surface data-[pressed]:text-fg data-[pressed]:shadow-[0_0_0_1px_var(--line)]"
        >
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
