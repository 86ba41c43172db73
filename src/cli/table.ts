import { stripVTControlCharacters } from "node:util";
import { dim, terminalWidth } from "./terminal.ts";

export interface Column<Row> {
  title: string;
  text: (row: Row) => string;
  /** Columns with the highest number are dropped first when the terminal is too narrow. */
  dropped?: number;
  /** May be cut, but not below this number of characters. */
  shrinksTo?: number;
}

const gap = "  ";
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u;

/** Width of a text in terminal cells: colours have none, East Asian characters and emoji two. */
export const widthOf = (text: string): number =>
  [...stripVTControlCharacters(text)].reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0);

/** Rows as aligned columns that fit the terminal: long texts are cut first, then whole columns are dropped. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width = terminalWidth(),
): string {
  const all = columns.map((column) => {
    const cells = rows.map((row) => column.text(row));
    return { ...column, cells, width: Math.max(widthOf(column.title), ...cells.map(widthOf)) };
  });
  const shown = fitColumns(all, width);
  const line = (cells: string[]) =>
    cells
      .map((cell, index) => pad(cell, shown[index]?.width ?? 0))
      .join(gap)
      .trimEnd();
  const head = dim(line(shown.map(({ title }) => title)));
  return [head, ...rows.map((_, row) => line(shown.map(({ cells }) => cells[row] ?? "")))].join("\n");
}

type Measured = { width: number; dropped?: number; shrinksTo?: number };

function fitColumns<C extends Measured>(columns: C[], width: number): C[] {
  const excess = columns.reduce((sum, column) => sum + column.width + gap.length, -gap.length) - width;
  if (excess <= 0) return columns;
  const slack = (column: C) => Math.max(0, column.width - (column.shrinksTo ?? column.width));
  const total = columns.reduce((sum, column) => sum + slack(column), 0);
  if (total >= excess) {
    return columns.map((column) => ({
      ...column,
      width: column.width - Math.ceil((slack(column) / total) * excess),
    }));
  }
  const last = Math.max(...columns.map((column) => column.dropped ?? 0));
  if (last === 0) return columns;
  return fitColumns(
    columns.filter((column) => (column.dropped ?? 0) !== last),
    width,
  );
}

function pad(cell: string, width: number): string {
  const missing = width - widthOf(cell);
  return missing >= 0 ? cell + " ".repeat(missing) : cut(cell, width);
}

/** Cuts the visible text and keeps its first colour. */
function cut(cell: string, width: number): string {
  const plain = stripVTControlCharacters(cell);
  let kept = "";
  for (const character of plain) {
    if (widthOf(kept + character) > width - 1) break;
    kept += character;
  }
  const shortened = `${kept}…`;
  return cell.replace(plain, shortened) + " ".repeat(Math.max(0, width - widthOf(shortened)));
}
