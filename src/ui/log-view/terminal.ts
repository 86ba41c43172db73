const esc = String.fromCharCode(27);
const token = new RegExp(`${esc}\\[([\\d;?]*)([A-Za-z])|\\r|\\u0008|[^${esc}\\r\\u0008]+|${esc}`, "gu");

const moves = (text: string): boolean => text.includes("\r") || text.includes("\b");

interface Cell {
  /** The colour sequences in force. */
  style: string;
  text: string;
}

/**
 * Lines as a terminal shows them in the end: what follows a carriage return stands over what was there, as progress bars
 * are drawn. Colours stay, other sequences have been followed. Text without a carriage return comes back as it is.
 */
export function settled(text: string): string {
  if (!moves(text)) return text;
  return text
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .map((line) => (moves(line) ? settledLine(line) : line))
    .join("\n");
}

function settledLine(line: string): string {
  const cells: Cell[] = [];
  let column = 0;
  let style = "";
  for (const [part, codes = "", letter] of line.matchAll(token)) {
    if (part === "\r") column = 0;
    else if (part === "\b") column = Math.max(0, column - 1);
    else if (letter === "m") style = codes === "" || codes === "0" ? "" : style + part;
    else if (letter === "K") erase(cells, column, codes);
    else if (letter === "G") column = Math.min(widest, Math.max(0, Number(codes || 1) - 1));
    else if (letter === undefined) {
      // Character by character, so that half a bar over a longer one leaves the rest of it.
      for (const character of part) {
        while (cells.length < column) cells.push({ style: "", text: " " });
        cells[column] = { style, text: character };
        column += 1;
      }
    }
  }
  return written(cells);
}

/** So that a hostile column does not fill the memory. */
const widest = 10_000;

function erase(cells: Cell[], column: number, codes: string): void {
  const from = codes === "" || codes === "0" ? column : 0;
  const to = codes === "1" ? Math.min(cells.length, column + 1) : cells.length;
  for (let place = from; place < to; place++) cells[place] = { style: "", text: " " };
  if (to === cells.length) cells.length = Math.min(cells.length, from);
}

function written(cells: readonly Cell[]): string {
  let text = "";
  let style = "";
  for (const cell of cells) {
    if (cell.style !== style) text += `${esc}[0m${cell.style}`;
    style = cell.style;
    text += cell.text;
  }
  return (style === "" ? text : `${text}${esc}[0m`).trimEnd();
}
