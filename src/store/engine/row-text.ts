import type { Reply, Rows, Value } from "./protocol.ts";

// Encodes many rows for transfer between threads. A structure of strings is copied string by string; one text is copied
// whole and split by the receiver, several times cheaper for a large result.

const separator = "\u001f";
const nothing = "\u0000";
/** Below this many values the plain structure costs no more. */
const worthwhile = 64;

export type SentRows = Rows | { columns: string[]; numeric: boolean[]; text: string };

/** As one text, unless a value cannot be represented. */
export function packed({ columns, rows }: Rows): SentRows {
  const width = columns.length;
  if (rows.length * width < worthwhile) return { columns, rows };
  const numeric = columns.map((_, at) => rows.some((row) => typeof row[at] === "number"));
  const parts: string[] = [];
  for (const row of rows) {
    for (let at = 0; at < width; at += 1) {
      const value = row[at] ?? null;
      if (value === null) parts.push(nothing);
      else if (typeof value === "number") parts.push(String(value));
      else if (numeric[at] || value === nothing || value.includes(separator)) return { columns, rows };
      else parts.push(value);
    }
  }
  return { columns, numeric, text: parts.join(separator) };
}

export function unpacked(sent: SentRows): Rows {
  if ("rows" in sent) return sent;
  const { columns, numeric, text } = sent;
  const width = columns.length;
  const values = text.split(separator);
  const rows: Value[][] = [];
  for (let first = 0; first < values.length; first += width) {
    const row: Value[] = [];
    for (let at = 0; at < width; at += 1) {
      const value = values[first + at] ?? nothing;
      row.push(value === nothing ? null : numeric[at] ? Number(value) : value);
    }
    rows.push(row);
  }
  return { columns, rows };
}

/** Buffers transferred with replies instead of copied. */
export const transferred = (replies: readonly Reply[]): ArrayBuffer[] =>
  replies.flatMap((reply) => {
    const result = "result" in reply ? reply.result : undefined;
    const isList = typeof result === "object" && result !== null && "json" in result;
    return isList && result.json instanceof Uint8Array && result.json.buffer instanceof ArrayBuffer
      ? [result.json.buffer]
      : [];
  });
