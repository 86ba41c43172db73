import type { ReactNode } from "react";
import { ScrollBox } from "../scroll-box.tsx";

interface Props {
  head: readonly ReactNode[];
  rows: readonly (readonly ReactNode[])[];
  /** Of each column; to the left where it is left out. */
  align?: readonly ("left" | "center" | "right" | null)[];
}

/** A table that a run has written; wider than its place, it scrolls by itself. */
export function DataTable({ head, rows, align = [] }: Props) {
  const styleOf = (place: number) => (align[place] ? { textAlign: align[place] } : undefined);
  return (
    <ScrollBox label="Table">
      <table className="w-full">
        <thead className="bg-sunken text-left text-xs text-muted">
          <tr>
            {head.map((cell, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by their place
              <th key={place} scope="col" className="px-2.5 py-1 font-normal" style={styleOf(place)}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place
            <tr key={row} className="border-t">
              {cells.map((cell, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by their place
                <td key={place} className="px-2.5 py-1 align-top" style={styleOf(place)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
