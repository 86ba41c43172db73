import { Checkbox } from "../controls/checkbox.tsx";
import type { Column } from "./table.tsx";
import type { Selection } from "./use-selection.ts";

interface Input<T> {
  rows: readonly T[];
  selection: Selection<T>;
  /** What the rows are: `runs`. */
  what: string;
}

/** The column to choose rows by. */
export function selectColumn<T extends { id: string; name: string }>({
  rows,
  selection,
  what,
}: Input<T>): Column<T> {
  const count = selection.selected.length;
  return {
    key: "select",
    width: "34px",
    className: "pl-3 pr-0",
    head: (
      <Checkbox
        label={`Select all loaded ${what}`}
        checked={count > 0 && count >= rows.length}
        mixed={count > 0 && count < rows.length}
        onChange={(checked) => (checked ? selection.all() : selection.clear())}
      />
    ),
    cell: (row) => (
      <Checkbox
        label={`Select ${row.name}`}
        tabIndex={-1}
        checked={selection.has(row.id)}
        onChange={(_, extend) => selection.toggle(rows.indexOf(row), extend)}
      />
    ),
  };
}
