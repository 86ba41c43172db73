/** The part of Markdown that reports are written in. */
export type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "code"; text: string }
  | { kind: "list"; ordered: boolean; items: string[] }
  | { kind: "quote"; text: string }
  | { kind: "table"; head: string[]; rows: string[][] }
  | { kind: "rule" }
  | { kind: "paragraph"; text: string };

type Taken = { block: Block; next: number };

const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const heading = /^(#{1,6})\s+(.*?)\s*#*$/;
const fence = /^\s*(```|~~~)/;
const quote = /^\s*>\s?(.*)$/;
const rule = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;
const divider = /^[\s|:-]*-[\s|:-]*$/;

export function blocksOf(text: string): Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    if (lineAt(lines, at).trim() === "") {
      at += 1;
      continue;
    }
    const { block, next } = takeBlock(lines, at);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

const lineAt = (lines: readonly string[], at: number): string => lines[at] ?? "";

function takeBlock(lines: readonly string[], at: number): Taken {
  const line = lineAt(lines, at);
  if (fence.test(line)) return takeCode(lines, at);
  const [, signs, title = ""] = heading.exec(line) ?? [];
  if (signs) return { block: { kind: "heading", level: signs.length, text: title }, next: at + 1 };
  if (rule.test(line)) return { block: { kind: "rule" }, next: at + 1 };
  if (isTable(lines, at)) return takeTable(lines, at);
  if (item.test(line)) return takeList(lines, at);
  if (quote.test(line)) {
    const next = endOf(lines, at, (one) => quote.test(one));
    const text = lines.slice(at, next).map((one) => quote.exec(one)?.[1] ?? "");
    return { block: { kind: "quote", text: text.join("\n") }, next };
  }
  const next = endOf(lines, at + 1, (one, place) => isProse(one) && !isTable(lines, place));
  return { block: { kind: "paragraph", text: lines.slice(at, next).join("\n").trim() }, next };
}

const isProse = (line: string): boolean =>
  line.trim() !== "" && ![fence, heading, rule, item, quote].some((other) => other.test(line));

/** The first line from here on for which it does not hold. */
function endOf(lines: readonly string[], from: number, holds: (line: string, at: number) => boolean): number {
  let at = from;
  while (at < lines.length && holds(lineAt(lines, at), at)) at += 1;
  return at;
}

function takeCode(lines: readonly string[], at: number): Taken {
  const close = endOf(lines, at + 1, (line) => !fence.test(line));
  return { block: { kind: "code", text: lines.slice(at + 1, close).join("\n") }, next: close + 1 };
}

function takeList(lines: readonly string[], at: number): Taken {
  const ordered = item.exec(lineAt(lines, at))?.[1] !== undefined;
  const next = endOf(lines, at, (line) => item.test(line) || /^\s+\S/.test(line));
  const items: string[] = [];
  for (const line of lines.slice(at, next)) {
    const text = item.exec(line)?.[2];
    if (text === undefined) items.push(`${items.pop()} ${line.trim()}`);
    else items.push(text);
  }
  return { block: { kind: "list", ordered, items }, next };
}

const isTable = (lines: readonly string[], at: number): boolean =>
  lineAt(lines, at).includes("|") &&
  lineAt(lines, at + 1).includes("|") &&
  divider.test(lineAt(lines, at + 1));

function takeTable(lines: readonly string[], at: number): Taken {
  const next = endOf(lines, at + 2, (line) => line.includes("|"));
  const head = cellsOf(lineAt(lines, at));
  return { block: { kind: "table", head, rows: lines.slice(at + 2, next).map(cellsOf) }, next };
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
