import { ChevronsUpDown, X } from "lucide-react";
import { useDeferredValue, useId, useState } from "react";
import { Button } from "../../kit/controls/button.tsx";
import { Field, inputProps } from "../../kit/controls/field.tsx";
import { ListSearch } from "../../kit/controls/list-search.tsx";
import { cx } from "../../kit/cx.ts";
import { Popover } from "../../kit/overlays/popover.tsx";
import { type FoundKind, type FoundResource, useFoundResources } from "./find-resources.ts";

interface Props {
  label: string;
  kind: FoundKind;
  /** Ids that are chosen. */
  chosen: readonly string[];
  onChange: (ids: string[]) => void;
  nameOf: (id: string) => string | undefined;
  /** Whether one takes the place of another. */
  isSingle?: boolean;
  /** On the button: `Choose a deployment`, `Any flow`. */
  placeholder: string;
  description?: string;
  error?: string | undefined;
}

/** Chooses resources by a part of their names. */
export function ResourcePicker(props: Props) {
  const { label, kind, chosen, onChange, nameOf, isSingle = false, placeholder, description, error } = props;
  const id = useId();
  // Names that the reader has just chosen are not asked for again.
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map());
  const [round, setRound] = useState(0);
  const nameFor = (one: string) => nameOf(one) ?? known.get(one) ?? one.slice(0, 8);
  const take = ({ id: taken, name }: FoundResource) => {
    setKnown(new Map([...known, [taken, name]]));
    if (isSingle) {
      onChange([taken]);
      setRound(round + 1);
    } else onChange(chosen.includes(taken) ? chosen.filter((one) => one !== taken) : [...chosen, taken]);
  };
  const [first] = chosen;
  const shown = isSingle && first ? nameFor(first) : chosen.length > 0 ? "Add" : placeholder;
  return (
    <Field label={label} id={id} description={description} error={error}>
      <div className="flex flex-wrap items-center gap-1">
        {!isSingle &&
          chosen.map((one) => (
            <span key={one} className="inline-flex h-7 max-w-60 items-center gap-0.5 rounded-md border pl-2">
              <span className="truncate">{nameFor(one)}</span>
              <button
                type="button"
                aria-label={`Remove ${nameFor(one)}`}
                className="touch px-1.5 text-muted hover:text-fg"
                onClick={() => onChange(chosen.filter((other) => other !== one))}
              >
                <X size={12} aria-hidden="true" />
              </button>
            </span>
          ))}
        {/* A new popover after a choice: the old one stays open. */}
        <Popover
          key={round}
          label={label}
          trigger={
            <Button
              {...inputProps(id, { description, error })}
              aria-label={`${label}: ${shown}`}
              className="max-w-80 aria-invalid:border-danger"
            >
              <span className={cx("truncate", !(isSingle && first) && "text-muted")}>{shown}</span>
              <ChevronsUpDown size={13} className="text-faint" />
            </Button>
          }
        >
          <Choices kind={kind} label={label} chosen={chosen} onTake={take} />
        </Popover>
      </div>
    </Field>
  );
}

interface ChoicesProps {
  kind: FoundKind;
  label: string;
  chosen: readonly string[];
  onTake: (row: FoundResource) => void;
}

function Choices({ kind, label, chosen, onTake }: ChoicesProps) {
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const { data = [], isPending } = useFoundResources(kind, useDeferredValue(typed.trim()), true);
  const rows = data.filter((row) =>
    `${row.aside} ${row.name}`.toLowerCase().includes(typed.trim().toLowerCase()),
  );
  return (
    <>
      <ListSearch
        label={`Search ${label.toLowerCase()}`}
        placeholder="Search by name"
        text={typed}
        onText={setTyped}
        count={rows.length}
        onActive={setActive}
        onEnter={(at) => rows[at] && onTake(rows[at])}
        {...{ listId, active }}
      />
      <div id={listId} role="listbox" aria-label={label} className="min-h-0 flex-1 overflow-y-auto p-1">
        {rows.map((row, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the keys
          <div
            key={row.id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={chosen.includes(row.id)}
            onClick={() => onTake(row)}
            className={cx(
              "flex h-8 cursor-default items-center gap-2 rounded-sm px-2 hover:bg-hover",
              index === active && "bg-hover",
              chosen.includes(row.id) && "font-strong",
            )}
          >
            <span className="min-w-0 truncate">{row.name}</span>
            {row.aside && <span className="ml-auto shrink-0 truncate text-xs text-muted">{row.aside}</span>}
          </div>
        ))}
      </div>
      {rows.length === 0 && (
        <p role="status" className="px-3 pb-3 text-muted">
          {isPending ? "Loading" : "No match"}
        </p>
      )}
    </>
  );
}
