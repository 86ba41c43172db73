import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useShortcuts } from "../kit/shortcuts.ts";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Narrows what is shown to names that contain the text. */
export function Find({ label, value, onChange }: Props) {
  const field = useRef<HTMLInputElement>(null);
  // The address follows a moment after the key: whoever types on meanwhile must not lose a letter.
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (document.activeElement !== field.current) setTyped(value);
  }, [value]);
  const change = (text: string) => {
    setTyped(text);
    onChange(text);
  };
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
        value={typed}
        autoComplete="off"
        onChange={(event) => change(event.target.value)}
        onBlur={() => setTyped(value)}
        onKeyDown={(event) => event.key === "Escape" && (typed ? change("") : field.current?.blur())}
        className="h-7 w-44 rounded-md border border-line-strong bg-surface pr-2 pl-7 placeholder:text-faint"
      />
    </span>
  );
}
