import { parseExact } from "../../schema/exact-json.ts";

/** A table as it is shown; names of columns may be empty. */
export interface TableData {
  head: string[];
  rows: string[][];
}

/** Rows as records, rows as lists, or columns by name, as JSON or as text of it. */
export function tableOf(data: unknown): TableData | undefined {
  const read = typeof data === "string" ? parsed(data) : data;
  if (Array.isArray(read)) {
    const names = [...new Set(read.flatMap((row) => (isRecord(row) ? Object.keys(row) : [])))];
    if (names.length > 0)
      return {
        head: names,
        rows: read.map((row) => names.map((name) => shown(isRecord(row) ? row[name] : row))),
      };
    const rows = read.filter((row) => Array.isArray(row));
    return { head: rows[0]?.map(() => "") ?? [], rows: rows.map((row) => row.map(shown)) };
  }
  if (!isRecord(read)) return undefined;
  const columns = Object.values(read).map((column) => (Array.isArray(column) ? column : [column]));
  const length = Math.max(0, ...columns.map((column) => column.length));
  const rows = Array.from({ length }, (_, place) => columns.map((column) => shown(column[place])));
  return { head: Object.keys(read), rows };
}

/** Python writes numbers that JSON has no words for, and texts in which they stand. */
const noNumber = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

function parsed(text: string): unknown {
  try {
    return parseExact(text.replace(noNumber, (found) => (found.startsWith('"') ? found : `"${found}"`)));
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const shown = (value: unknown): string =>
  value === undefined || value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value);
