import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useDeferredValue, useId, useRef, useState } from "react";
import { ApiError } from "../../../client/client.ts";
import { templates } from "../../../schema/automations.ts";
import { clientOf } from "../../api.ts";
import { Field, inputClass, inputProps } from "../../kit/controls/field.tsx";
import { cx } from "../../kit/cx.ts";
import { completed, openExpression, type Variable } from "../model/template-variables.ts";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  variables: readonly Variable[];
  rows?: number;
  error?: string | undefined;
  isMono?: boolean;
}

const mostOffered = 8;

/** A text with `{{ … }}`: what may stand there is offered while typing, and the server checks what was written. */
export function TemplateField({ label, value, onChange, variables, rows = 1, error, isMono }: Props) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const flaw = useTemplateFlaw(value);
  const wrong = error ?? flaw;
  const open = caret === null ? undefined : openExpression(value, caret);
  const offered = open
    ? variables
        .filter(({ name }) => name.toLowerCase().includes(open.typed.trim().toLowerCase()))
        .slice(0, mostOffered)
    : [];
  const take = ({ name }: Variable) => {
    const next = completed(value, caret ?? value.length, name);
    onChange(next.text);
    setCaret(null);
    requestAnimationFrame(() => field.current?.setSelectionRange(next.caret, next.caret));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = offered[Math.min(active, offered.length - 1)];
    if (!chosen || event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setActive((active + 1) % offered.length);
    else if (event.key === "ArrowUp") setActive((active + offered.length - 1) % offered.length);
    else if (event.key === "Enter" || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") setCaret(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Field label={label} id={id} error={wrong} aside={<Insert variables={variables} onInsert={insert} />}>
      <textarea
        {...inputProps(id, { error: wrong })}
        ref={field}
        rows={rows}
        value={value}
        spellCheck={false}
        aria-autocomplete="list"
        aria-controls={offered.length > 0 ? `${id}-list` : undefined}
        aria-activedescendant={offered.length > 0 ? `${id}-${active}` : undefined}
        onChange={({ target }) => {
          onChange(target.value);
          setCaret(target.selectionStart);
          setActive(0);
        }}
        onBlur={() => setCaret(null)}
        onKeyDown={onKeyDown}
        className={cx(inputClass, "block py-1.5 leading-5", isMono && "font-mono text-xs")}
      />
      {offered.length > 0 && <Offered {...{ id, offered, active }} label={label} onTake={take} />}
    </Field>
  );

  function insert(name: string) {
    const at = field.current?.selectionStart ?? value.length;
    onChange(`${value.slice(0, at)}{{ ${name} }}${value.slice(at)}`);
    field.current?.focus();
  }
}

interface OfferedProps {
  id: string;
  label: string;
  offered: readonly Variable[];
  active: number;
  onTake: (variable: Variable) => void;
}

function Offered({ id, label, offered, active, onTake }: OfferedProps) {
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label={`Variables for ${label.toLowerCase()}`}
      className="pop relative z-20 mt-1 w-full max-w-96 p-1"
    >
      {offered.map((variable, place) => (
        <div
          key={variable.name}
          id={`${id}-${place}`}
          role="option"
          tabIndex={-1}
          aria-selected={place === active}
          // A click would take the caret away first.
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(variable);
          }}
          className={cx(
            "flex h-7 items-center gap-3 rounded-sm px-2 hover:bg-hover",
            place === active && "bg-hover",
          )}
        >
          <code className="text-xs">{variable.name}</code>
          <span className="ml-auto truncate text-xs text-muted">{variable.hint}</span>
        </div>
      ))}
    </div>
  );
}

function Insert({
  variables,
  onInsert,
}: {
  variables: readonly Variable[];
  onInsert: (name: string) => void;
}) {
  return (
    <select
      aria-label="Insert a variable"
      value=""
      onChange={(event) => onInsert(event.target.value)}
      className="h-5 max-w-40 rounded-sm bg-transparent text-xs text-muted hover:text-fg"
    >
      <option value="">Insert variable</option>
      {variables.map(({ name, hint }) => (
        <option key={name} value={name} className="bg-raised">
          {name}: {hint}
        </option>
      ))}
    </select>
  );
}

const isTemplate = (text: string) => /\{\{|\{%|\{#/.test(text);

/** What the server says of a template; undefined while it is fine. */
function useTemplateFlaw(template: string): string | undefined {
  const settled = useDeferredValue(template);
  const { data } = useQuery({
    queryKey: ["templates", "validate", settled],
    queryFn: async ({ client, signal }) => {
      // Each key makes another query: what is typed meanwhile takes this one back.
      await new Promise((resolve) => setTimeout(resolve, 400));
      if (signal.aborted) return null;
      return clientOf(client)
        .call(templates.validate, { template: settled }, { signal })
        .then(() => null, flawOf);
    },
    enabled: isTemplate(settled),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    meta: { live: "none" },
  });
  return data ?? undefined;
}

function flawOf(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.status !== 422) return null;
  const { body } = error;
  const told = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  if (typeof told !== "object" || told === null || !("message" in told)) return error.message;
  return `Line ${"line" in told ? told.line : 1}: ${told.message}`;
}
