import { ChevronsUpDown } from "lucide-react";

interface Props<T extends string> {
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
  label: string;
  id?: string;
}

/** The browser's own list: it knows the keyboard, the screen reader and the phone. */
export function Select<T extends string>({ value, onChange, options, label, id }: Props<T>) {
  return (
    <span className="relative inline-flex">
      <select
        id={id}
        aria-label={label}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className="h-7 max-w-56 appearance-none truncate rounded-md border border-line-strong bg-surface pr-7 pl-2.5 hover:bg-hover"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-raised">
            {option.label}
          </option>
        ))}
      </select>
      <ChevronsUpDown
        size={13}
        aria-hidden="true"
        className="pointer-events-none absolute top-[7px] right-2 text-faint"
      />
    </span>
  );
}
