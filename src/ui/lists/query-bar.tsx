import { Search, X } from "lucide-react";
import { type Ref, useId } from "react";
import { useIsPraetor } from "../api.ts";
import { cx } from "../kit/cx.ts";
import { Kbd } from "../kit/kbd.tsx";
import type { Suggestion, Vocabulary } from "./query-suggestions.ts";
import { hasWildcards, type Language, read } from "./query-text.ts";
import { type ChipPlace, useQueryField } from "./use-query-field.ts";

interface Props {
  q: string;
  onChange: (q: string) => void;
  language: Language;
  vocabulary: Vocabulary;
  /** What is filtered: `runs`. */
  what: string;
  example: string;
  input: Ref<HTMLInputElement>;
}

/** The query as chips, and room to type the next condition, with suggestions. */
export function QueryBar({ q, onChange, what, example, input, ...words }: Props) {
  const field = useQueryField({ q, onChange, ...words });
  const { suggestions, active } = field;
  const listId = useId();
  return (
    <div className="relative border-b">
      <div className="field-frame flex min-h-10 flex-wrap items-center gap-1.5 px-3 py-1 focus-within:bg-surface">
        <Search size={14} className="shrink-0 text-faint" aria-hidden="true" />
        {field.places.map((place) => (
          <Chip
            key={`${place.from}${place.text}`}
            {...place}
            onEdit={() => field.edit(place)}
            onRemove={() => field.remove(place)}
          />
        ))}
        <input
          ref={input}
          value={field.draft}
          role="combobox"
          aria-label={`Filter ${what}`}
          aria-expanded={suggestions.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={suggestions[active] ? `${listId}-${active}` : undefined}
          placeholder={q ? "" : `Filter: ${example}`}
          spellCheck={false}
          autoComplete="off"
          className="h-7 min-w-32 flex-1 bg-transparent outline-none placeholder:text-faint"
          onChange={(event) => field.change(event.target.value)}
          onFocus={() => field.setOpen(true)}
          onBlur={() => field.commit()}
          onKeyDown={field.onKeyDown}
        />
        {q ? (
          <button
            type="button"
            className="touch rounded-sm px-1 text-xs text-muted hover:text-fg"
            onClick={() => onChange("")}
          >
            Clear filters
          </button>
        ) : (
          <Kbd keys="/" />
        )}
      </div>
      <WildcardNote q={q} language={words.language} />
      {suggestions.length > 0 && (
        <List id={listId} suggestions={suggestions} active={active} onTake={field.take} />
      )}
    </div>
  );
}

function WildcardNote({ q, language }: Pick<Props, "q" | "language">) {
  const isPraetor = useIsPraetor();
  if (isPraetor || !hasWildcards(read(q, language), language)) return null;
  return (
    <p role="note" className="px-3 pb-1 text-xs text-muted">
      On a Prefect server, % and _ in names are wildcards.
    </p>
  );
}

function Chip({ text, reason, onEdit, onRemove }: ChipPlace & { onEdit: () => void; onRemove: () => void }) {
  const [, key = "", value = text] = /^(-?[a-z]+:)?(.*)$/i.exec(text) ?? [];
  return (
    <span
      className={cx(
        "inline-flex h-6 max-w-full items-center rounded-sm border bg-surface pl-1.5",
        reason ? "border-danger" : "border-line-strong",
      )}
    >
      <button type="button" className="min-w-0 truncate" title={reason ?? `Edit ${text}`} onClick={onEdit}>
        <span className="text-muted">{key}</span>
        {value}
      </button>
      {reason && (
        <span role="alert" className="min-w-0 truncate pl-2 text-xs text-danger">
          {reason}
        </span>
      )}
      <button
        type="button"
        aria-label={`Remove ${text}`}
        className="touch flex h-full items-center px-1 text-faint hover:text-fg"
        onClick={onRemove}
      >
        <X size={12} />
      </button>
    </span>
  );
}

interface ListProps {
  id: string;
  suggestions: readonly Suggestion[];
  active: number;
  onTake: (suggestion: Suggestion) => void;
}

function List({ id, suggestions, active, onTake }: ListProps) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Suggestions"
      className="pop absolute top-full left-3 z-30 mt-1 w-[min(420px,calc(100%-24px))] p-1"
    >
      {suggestions.map((suggestion, index) => (
        <div
          key={suggestion.text}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          tabIndex={-1}
          // The field must keep the focus, or it would take what was typed so far for finished.
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(suggestion);
          }}
          className={cx(
            "flex h-7 items-center justify-between gap-4 rounded-sm px-2 hover:bg-hover",
            index === active && "bg-hover",
          )}
        >
          <span className="truncate">{suggestion.text}</span>
          <span className="shrink-0 text-xs text-faint">{suggestion.hint}</span>
        </div>
      ))}
    </div>
  );
}
