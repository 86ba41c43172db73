import { Search, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { cx } from "../cx.ts";
import { IconButton } from "./button.tsx";

interface InputProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  /** Sets the width. */
  className: string;
}

/** A field for a search, with a button that clears it, as Escape does. */
export function SearchInput({ label, placeholder, value, onChange, onKeyDown, className }: InputProps) {
  return (
    <div className="flex h-7 min-w-0 items-center gap-1.5 rounded-md border border-line-strong bg-surface pl-2 focus-within:outline-2 focus-within:outline-accent">
      <Search size={13} className="shrink-0 text-faint" aria-hidden="true" />
      <input
        value={value}
        aria-label={label}
        placeholder={placeholder}
        className={cx("min-w-0 bg-transparent outline-none placeholder:text-faint", className)}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onChange("");
          onKeyDown?.(event);
        }}
      />
      {value !== "" && (
        <IconButton label="Clear the search" className="size-6" onClick={() => onChange("")}>
          <X size={12} />
        </IconButton>
      )}
    </div>
  );
}

/** Milliseconds without a key before the search begins. */
export const typingPause = 250;

interface FieldProps extends Omit<InputProps, "value" | "onChange" | "onKeyDown"> {
  text: string;
  onText: (text: string) => void;
}

/** Searches once the user pauses typing. */
export function SearchField({ text, onText, ...rest }: FieldProps) {
  const [typed, setTyped] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    setTyped(text);
    return () => clearTimeout(timer.current);
  }, [text]);
  const change = (next: string) => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onText(next.trim()), next === "" ? 0 : typingPause);
  };
  return <SearchInput {...rest} value={typed} onChange={change} />;
}
