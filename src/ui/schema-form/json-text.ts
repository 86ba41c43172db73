import { parseExact } from "../../schema/exact-json.ts";

/** JSON that was read, with the line at which each of its parts begins. */
interface Read {
  value: unknown;
  /** By pointer: `/hosts/0`. */
  lines: ReadonlyMap<string, number>;
}
export interface Mistake {
  message: string;
  line: number;
  column: number;
}

/**
 * Reads JSON and tells where each part stands. `JSON.parse` says where a mistake is in other words in every
 * browser, and nothing of where the parts are that a schema objects to.
 */
export function readJson(text: string): Read | Mistake {
  const lines = new Map<string, number>();
  const reader: Reader = { text, at: 0, lines, depth: 0, counted: 0, line: 1 };
  try {
    const value = readValue(reader, "");
    if (skipSpace(reader) < text.length) fail(reader, "expected the end");
    return { value, lines };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { message: error.message, ...positionOf(text, reader.at) };
  }
}

export const isMistake = (read: Read | Mistake): read is Mistake => "message" in read;

interface Reader {
  text: string;
  at: number;
  lines: Map<string, number>;
  depth: number;
  /** Line breaks are counted once, up to here. */
  counted: number;
  line: number;
}

function lineOf(reader: Reader): number {
  for (; reader.counted < reader.at; reader.counted++)
    if (reader.text[reader.counted] === "\n") reader.line++;
  return reader.line;
}

const word = /(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)(?![\w.])/y;
const quoted = /"(?:[^"\\\n]|\\.)*"/y;
function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  return pattern.exec(reader.text)?.[0];
}

function positionOf(text: string, at: number) {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function fail(reader: Reader, expected: string): never {
  const next = /^(\w{1,20}|.)/u.exec(reader.text.slice(reader.at))?.[0] ?? "";
  const got = reader.at >= reader.text.length ? "the end" : next.trim() ? next : "a line break";
  throw new SyntaxError(`${expected}, got ${got}`);
}

function skipSpace(reader: Reader): number {
  while (" \t\r\n".includes(reader.text[reader.at] ?? "x")) reader.at++;
  return reader.at;
}

function readValue(reader: Reader, pointer: string): unknown {
  skipSpace(reader);
  reader.lines.set(pointer, lineOf(reader));
  if (reader.depth > 500) fail(reader, "expected fewer levels");
  const sign = reader.text[reader.at];
  if (sign === "{") return readObject(reader, pointer);
  if (sign === "[") return readArray(reader, pointer);
  if (sign === '"') return readString(reader);
  const found = take(reader, word);
  if (found === undefined) return fail(reader, "expected a value");
  reader.at += found.length;
  return parseExact(found);
}

function readString(reader: Reader): string {
  const found = take(reader, quoted);
  if (found === undefined) return fail(reader, "expected text that ends with a quote on its line");
  try {
    const value: unknown = JSON.parse(found);
    reader.at += found.length;
    return String(value);
  } catch {
    return fail(reader, "expected text without control characters or unknown escapes");
  }
}

/** Reads what stands between two brackets, part by part. */
function readParts(reader: Reader, end: string, readPart: () => void) {
  reader.at++;
  reader.depth++;
  skipSpace(reader);
  if (reader.text[reader.at] !== end) {
    for (;;) {
      readPart();
      skipSpace(reader);
      if (reader.text[reader.at] !== ",") break;
      reader.at++;
      skipSpace(reader);
      if (reader.text[reader.at] === end) fail(reader, "expected another part after the comma");
    }
  }
  if (reader.text[reader.at] !== end) fail(reader, `expected a comma or ${end}`);
  reader.at++;
  reader.depth--;
}

function readArray(reader: Reader, pointer: string): unknown[] {
  const items: unknown[] = [];
  readParts(reader, "]", () => items.push(readValue(reader, `${pointer}/${items.length}`)));
  return items;
}

function readObject(reader: Reader, pointer: string): Record<string, unknown> {
  const entries = new Map<string, unknown>();
  readParts(reader, "}", () => {
    if (reader.text[reader.at] !== '"') fail(reader, "expected a name in double quotes");
    const start = reader.at;
    const key = readString(reader);
    if (entries.has(key)) {
      reader.at = start;
      fail(reader, `expected each name once`);
    }
    skipSpace(reader);
    if (reader.text[reader.at] !== ":") fail(reader, `expected a colon after "${key}"`);
    reader.at++;
    entries.set(key, readValue(reader, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`));
  });
  return Object.fromEntries(entries);
}
