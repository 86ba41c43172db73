import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ErrorFrame } from "../schema/events.ts";

const contextLines = 3;
const maxFrames = 50;
const place = /^(.*?):(\d+)(?::(\d+))?$/;

/** The frames of a V8 stack, innermost first. Other lines (message, `<anonymous>`) are omitted. */
export function parseStack(stack: string): ErrorFrame[] {
  const frames: ErrorFrame[] = [];
  for (const line of stack.split("\n")) {
    const frame = parseLine(line.trim());
    if (frame) frames.push(frame);
    if (frames.length === maxFrames) break;
  }
  return frames;
}

/** The position in user code of a call. */
export interface Place {
  file: string;
  line: number;
  column: number | null;
}

/**
 * Records where `callee` was called: the call itself first, then its callers. The text of a stack is formatted when first
 * read, so that this costs next to nothing when unused.
 */
export function placesOf(callee: CallableFunction): () => readonly Place[] {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callee);
  return () =>
    (holder.stack ?? "").split("\n").flatMap((text) => {
      const place = placeIn(text.trim());
      return place && !isLibrary(place.file) ? [place] : [];
    });
}

export const placeText = (place: Place | undefined): string =>
  place ? `${place.file}:${place.line}:${place.column ?? 0}` : "";

/** The line of source in which `callee` was called, if it can be read. */
export function callerOf(callee: CallableFunction): string | undefined {
  const holder: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, callee);
  Error.stackTraceLimit = stackTraceLimit;
  const [frame] = parseStack(holder.stack ?? "");
  return frame && readLines(frame.file)?.[frame.line - 1];
}

function placeIn(line: string): (Place & { function: string | null }) | undefined {
  if (!line.startsWith("at ")) return undefined;
  const text = line.slice(3).replace(/^async /, "");
  const evaluated = text.indexOf(" (eval at ");
  const open = evaluated > 0 ? evaluated : text.lastIndexOf(" (");
  const isNamed = open > 0 && text.endsWith(")");
  const where = isNamed ? text.slice(open + 2, -1) : text;
  const [, file, row, column] = place.exec(innermost(where)) ?? [];
  if (file === undefined || file === "<anonymous>" || file === "") return undefined;
  return {
    file: file.startsWith("file://") ? fileURLToPath(file) : file,
    line: Number(row),
    column: column === undefined ? null : Number(column),
    function: isNamed ? text.slice(0, open).replace(/ \[as .*\]$/, "") : null,
  };
}

function parseLine(line: string): ErrorFrame | undefined {
  const found = placeIn(line);
  if (!found) return undefined;
  const library = isLibrary(found.file);
  return { ...found, library, source: library ? null : excerpt(found.file, found.line) };
}

/** A stack line within the engine, or a runtime frame between such lines. */
export function isOwnFrame(line: string): boolean {
  if (!/^\s+at /.test(line)) return false;
  if (/AsyncLocalStorage\.run|new Promise \(<anonymous>\)/.test(line)) return true;
  const [frame] = parseStack(line);
  return frame !== undefined && isOwn(frame.file);
}

/** `eval at f (file:1:2), <anonymous>:3:4` contains the position of the eval. */
const innermost = (where: string): string => /^eval at .* \(([^()]+)\)/.exec(where)?.[1] ?? where;

const own = fileURLToPath(new URL("./", import.meta.url));
const isLibrary = (file: string): boolean =>
  file.startsWith("node:") ||
  file.includes("/node_modules/") ||
  file.includes("\\node_modules\\") ||
  isOwn(file);
// The engine's own frames do not help users. Its tests count as user code.
const isOwn = (file: string): boolean => file.startsWith(own) && !file.includes(".test.");

const sources = new Map<string, string[] | undefined>();
const maxSources = 100;

function excerpt(file: string, line: number): ErrorFrame["source"] {
  const lines = readLines(file);
  if (!lines || line < 1 || line > lines.length) return null;
  const first = Math.max(1, line - contextLines);
  return { first, lines: lines.slice(first - 1, line + contextLines) };
}

function readLines(file: string): string[] | undefined {
  if (sources.has(file)) return sources.get(file);
  let lines: string[] | undefined;
  try {
    lines = readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    // The source may be missing; the frame has the position.
  }
  if (sources.size < maxSources) sources.set(file, lines);
  return lines;
}
