import { ArrowDown, ArrowUp, Columns3 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../kit/controls/button.tsx";
import { Checkbox } from "../../kit/controls/checkbox.tsx";
import { Popover } from "../../kit/overlays/popover.tsx";
import { type ColumnName, moved } from "./columns.ts";
import { useColumns } from "./use-columns.ts";

interface Props {
  list: string;
  columns: readonly ColumnName[];
  /** Values of which any part may have a column, by its path. */
  byPath?: readonly PathColumns[];
}

/** Columns that are named by what comes before their path: `param.region`. */
export interface PathColumns {
  prefix: string;
  label: string;
  example: string;
  hint?: string;
  /** Why there are none on this server. */
  isMissing?: string | undefined;
}

/** Which columns a list has, and in which order. */
export function ColumnsMenu({ list, columns, byPath = [] }: Props) {
  const [keys, setKeys] = useColumns(list);
  const chosen = keys.length > 0 ? keys : columns.map(({ key }) => key);
  const isWhole = columns.length === chosen.length && columns.every(({ key }, at) => chosen[at] === key);
  const rest = columns.filter(({ key }) => !chosen.includes(key));
  const labelOf = (key: string) => columns.find((one) => one.key === key)?.label ?? key;
  const names = [...chosen.map((key) => ({ key, label: labelOf(key) })), ...rest];
  return (
    <Popover
      label="Columns"
      trigger={
        <Button variant="ghost" aria-label="Columns">
          <Columns3 size={14} />
          Columns
        </Button>
      }
    >
      <ul className="min-h-0 flex-1 overflow-y-auto p-2" aria-label="Columns">
        {names.map(({ key, label }) => {
          const isChosen = chosen.includes(key);
          return (
            <li key={key} className="flex h-8 items-center gap-2 rounded-sm px-1 hover:bg-hover">
              <Checkbox
                label={`Show ${label}`}
                checked={isChosen}
                onChange={() => setKeys(isChosen ? chosen.filter((one) => one !== key) : [...chosen, key])}
              />
              <span className="min-w-0 flex-1 truncate">{label}</span>
              {isChosen && (
                <>
                  <IconButton label={`Move ${label} left`} onClick={() => setKeys(moved(chosen, key, -1))}>
                    <ArrowUp size={13} />
                  </IconButton>
                  <IconButton label={`Move ${label} right`} onClick={() => setKeys(moved(chosen, key, 1))}>
                    <ArrowDown size={13} />
                  </IconButton>
                </>
              )}
            </li>
          );
        })}
      </ul>
      {byPath.map((one) =>
        one.isMissing ? (
          <p key={one.prefix} className="border-t p-2 text-muted">
            {one.isMissing}
          </p>
        ) : (
          <AddColumn
            key={one.prefix}
            {...one}
            onAdd={(path) => setKeys([...new Set([...chosen, `${one.prefix}.${path}`])])}
          />
        ),
      )}
      {!isWhole && (
        <div className="border-t p-2">
          <Button variant="ghost" onClick={() => setKeys([])}>
            Reset columns
          </Button>
        </div>
      )}
    </Popover>
  );
}

function AddColumn({ label, example, hint, onAdd }: PathColumns & { onAdd: (path: string) => void }) {
  const [path, setPath] = useState("");
  return (
    <form
      className="flex gap-2 border-t p-2"
      onSubmit={(event) => {
        event.preventDefault();
        const text = path.trim().replaceAll(",", "");
        if (text) onAdd(text);
        setPath("");
      }}
    >
      <input
        aria-label={label}
        title={hint}
        placeholder={`${label}, such as ${example}`}
        value={path}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setPath(event.target.value)}
        className="h-7 min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-2 placeholder:text-faint"
      />
      <Button type="submit">Add {label.toLowerCase()}</Button>
    </form>
  );
}
