import type { TableData } from "../../artifact-view/table-data.ts";
import { differenceOf, type Line } from "./lines.ts";

export interface ComparedCell {
  text: string;
  /** What stood there before, where that is something else. */
  was?: string;
}
export interface ComparedRow {
  kind: "same" | "changed" | "removed" | "added";
  cells: readonly ComparedCell[];
}
export interface ComparedTable {
  head: readonly { name: string; kind: Line["kind"] }[];
  rows: readonly ComparedRow[];
  counts: Readonly<Record<ComparedRow["kind"], number>>;
}

/**
 * Two tables laid over each other, columns by their names. Rows are the same ones by their first cell where no two rows of a
 * table share it; otherwise a row that has changed is one that went and one that came.
 */
export function compareTables(before: TableData, after: TableData): ComparedTable {
  const [from, to] = [withNames(before), withNames(after)];
  const gone = from.head.filter((name) => !to.head.includes(name));
  const head = [
    ...to.head.map((name) => ({
      name,
      kind: from.head.includes(name) ? ("same" as const) : ("added" as const),
    })),
    ...gone.map((name) => ({ name, kind: "removed" as const })),
  ];
  const names = head.map(({ name }) => name);
  const [old, current] = [placed(from, names), placed(to, names)];
  const rows = areKeyed(old, current) ? byKey(old, current) : byWhole(old, current);
  const counts = { same: 0, changed: 0, removed: 0, added: 0 };
  for (const { kind } of rows) counts[kind] += 1;
  return { head, rows, counts };
}

type Rows = readonly (readonly string[])[];

const withNames = ({ head, rows }: TableData): TableData => ({
  head: head.map((name, column) => name || `Column ${column + 1}`),
  rows,
});

/** Cells in the order of these names. */
const placed = ({ head, rows }: TableData, names: readonly string[]): Rows => {
  const places = names.map((name) => head.indexOf(name));
  return rows.map((row) => places.map((place) => (place < 0 ? "" : (row[place] ?? ""))));
};

const keysOf = (rows: Rows): string[] => rows.map(([first = ""]) => first);
const areKeyed = (...tables: Rows[]): boolean =>
  tables.every((rows) => new Set(keysOf(rows)).size === rows.length);

const plain = (kind: ComparedRow["kind"], row: readonly string[]): ComparedRow => ({
  kind,
  cells: row.map((text) => ({ text })),
});

function byKey(before: Rows, after: Rows): ComparedRow[] {
  const old = new Map(before.map((row) => [row[0] ?? "", row]));
  const current = new Map(after.map((row) => [row[0] ?? "", row]));
  return differenceOf([...old.keys()], [...current.keys()]).flatMap(({ kind, text }) => {
    const [was, is] = [old.get(text), current.get(text)];
    // A row that has only moved stands where it is now.
    if (kind === "removed" && is) return [];
    if (was && is) return [comparedRow(was, is)];
    return was ? [plain("removed", was)] : is ? [plain("added", is)] : [];
  });
}

function comparedRow(was: readonly string[], is: readonly string[]): ComparedRow {
  const cells = is.map((text, column): ComparedCell => {
    const old = was[column] ?? "";
    return old === text ? { text } : { text, was: old };
  });
  return { kind: cells.some((cell) => cell.was !== undefined) ? "changed" : "same", cells };
}

function byWhole(before: Rows, after: Rows): ComparedRow[] {
  const written = (rows: Rows) => rows.map((row) => JSON.stringify(row));
  let [place, current] = [0, 0];
  return differenceOf(written(before), written(after)).map(({ kind }) => {
    const row = (kind === "removed" ? before[place] : after[current]) ?? [];
    if (kind !== "added") place += 1;
    if (kind !== "removed") current += 1;
    return plain(kind, row);
  });
}
