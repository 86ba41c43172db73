import { Search } from "lucide-react";
import { useRef } from "react";
import { useShortcuts } from "../kit/shortcuts.ts";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Narrows what is shown to names that contain the text. */
export function Find({ label, value, onChange }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: "/", label, group: "Capacity", run: () => field.current?.focus() }]);
  return (
    <span className="relative inline-flex">
      <Search
        size={13}
        aria-hidden="true"
        className="pointer-events-none absolute top-[7px] left-2 text-faint"
      />
      <input
        ref={field}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && (value ? onChange("") : field.current?.blur())}
        className="h-7 w-44 rounded-md border border-line-strong bg-surface pr-2 pl-7 placeholder:text-faint"
      />
    </span>
  );
}
