import { X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Field, inputProps } from "./field.tsx";

interface Props {
  label: string;
  tags: readonly string[];
  onChange: (tags: string[]) => void;
  description?: ReactNode;
  /** Shown while there are none. */
  placeholder?: string;
  /** Offered while one is typed. */
  suggestions?: readonly string[];
  error?: string | undefined;
}

/** Tags one by one: Enter or a comma adds what was typed, Backspace in the empty field takes the last one back. */
export function TagEditor(props: Props) {
  const { label, tags, onChange, description, placeholder = "prod, eu", suggestions = [], error } = props;
  const id = useId();
  const [text, setText] = useState("");
  const add = () => {
    const tag = text.trim();
    setText("");
    if (tag !== "" && !tags.includes(tag)) onChange([...tags, tag]);
  };
  return (
    <Field label={label} id={id} description={description} error={error}>
      <div className="flex min-h-8 flex-wrap items-center gap-1 rounded-md border border-control-line bg-surface px-1.5 py-1 focus-within:outline-2 focus-within:outline-accent">
        {tags.map((tag) => (
          <span
            key={tag}
            className="inline-flex h-5 max-w-60 items-center gap-0.5 rounded-sm border pl-1.5 text-xs"
          >
            <span className="truncate">{tag}</span>
            <button
              type="button"
              aria-label={`Remove ${tag}`}
              className="touch px-1 text-muted hover:text-fg"
              onClick={() => onChange(tags.filter((one) => one !== tag))}
            >
              <X size={11} aria-hidden="true" />
            </button>
          </span>
        ))}
        <input
          {...inputProps(id, { description, error })}
          value={text}
          autoComplete="off"
          spellCheck={false}
          placeholder={tags.length === 0 ? placeholder : ""}
          list={suggestions.length > 0 ? `${id}-list` : undefined}
          className="h-5 min-w-24 flex-1 bg-transparent px-1 outline-none placeholder:text-faint"
          onChange={(event) => setText(event.target.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if ((event.key === "Enter" || event.key === ",") && text.trim() !== "") {
              event.preventDefault();
              add();
            } else if (event.key === "Backspace" && text === "" && tags.length > 0) {
              onChange(tags.slice(0, -1));
            }
          }}
        />
        {suggestions.length > 0 && (
          <datalist id={`${id}-list`}>
            {suggestions.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        )}
      </div>
    </Field>
  );
}
