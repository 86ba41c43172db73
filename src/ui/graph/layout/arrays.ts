/** What a list of numbers looks like here, typed or plain. */
export interface Numbers {
  readonly length: number;
  readonly [index: number]: number;
}

/** Reads an index that the caller knows to exist. */
export const at = (numbers: Numbers, index: number): number => numbers[index] ?? 0;

/** Rows of varying length in one flat list: row `i` is `items[start[i]..start[i + 1]]`. */
export interface Ragged {
  start: Int32Array;
  items: Int32Array;
}

/** Turns pairs (row, item) into rows, keeping the order of the pairs within each row. */
export function ragged(rowCount: number, rows: Numbers, items: Numbers): Ragged {
  const start = new Int32Array(rowCount + 1);
  for (let i = 0; i < rows.length; i++) start[at(rows, i) + 1] = at(start, at(rows, i) + 1) + 1;
  for (let row = 0; row < rowCount; row++) start[row + 1] = at(start, row + 1) + at(start, row);
  const next = start.slice(0, rowCount);
  const flat = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = at(rows, i);
    flat[at(next, row)] = at(items, i);
    next[row] = at(next, row) + 1;
  }
  return { start, items: flat };
}

/** The same relation seen from the other side. */
export function inverted(rows: Ragged, itemCount: number): Ragged {
  const count = rows.start.length - 1;
  const owner = new Int32Array(rows.items.length);
  for (let row = 0; row < count; row++) owner.fill(row, at(rows.start, row), at(rows.start, row + 1));
  return ragged(itemCount, rows.items, owner);
}
