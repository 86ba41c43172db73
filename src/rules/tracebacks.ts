import type { ErrorFrame, RunError } from "../schema/events.ts";
import { parsePython } from "./tracebacks-python.ts";

export type ErrorLink = RunError["chain"][number];

/** An error that was found in text. */
export interface ParsedError {
  /** What the text says before the error itself. */
  lead: string;
  /** The thrown error first, then its cause, and so on. Frames from where it was thrown outwards. */
  chain: ErrorLink[];
}

/** Reads a JavaScript stack or a Python traceback; undefined when the text holds neither. */
export const parseTraceback = (text: string): ParsedError | undefined =>
  parsePython(text) ?? parseJavaScript(text);

const frameLine = /^\s*at (?:(async) )?(.+)$/;
const position = /^(.*?):(\d+):(\d+)$/;
const header =
  /^(?:Uncaught )?\[?((?:[A-Z][\w$]*\.)*[A-Z][\w$]*(?:Error|Exception|Warning|Abort)?[\w$]*)(?: \[[\w-]+\])?(?:: ([\s\S]*?))?\]?(?: \{)?$/;
const causeLine = /^\s*(?:\[cause\]: |Caused by: ?|caused by: ?)(.*)$/;

function parseJavaScript(text: string): ParsedError | undefined {
  const lines = text.split("\n");
  const firstFrame = lines.findIndex(isFrame);
  if (!lines.some(frameOf)) return undefined;
  const start = headerBefore(lines, firstFrame);
  if (start < 0) return undefined;
  const chain: ErrorLink[] = [];
  for (const part of partsOf(lines.slice(start))) {
    const link = linkOf(part);
    if (link) chain.push(link);
  }
  return chain.length === 0 ? undefined : { lead: lines.slice(0, start).join("\n").trim(), chain };
}

/** Also frames without a place, such as `at JSON.parse (<anonymous>)`: they end the message. */
const isFrame = (line: string): boolean =>
  /^\s*at (?:async )?\S.*(?:\([^()]*\)|:\d+:\d+)(?: \{)?$/.test(line);

/** The line with the error's name: a message may run over several lines, so it is looked for upwards. */
function headerBefore(lines: readonly string[], frame: number): number {
  for (let line = frame - 1; line >= 0; line--) if (header.test(lines[line]?.trim() ?? "")) return line;
  return -1;
}

/** The error and each of its causes, which begin a part of their own however deep they are indented. */
function partsOf(lines: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    const cause = causeLine.exec(line);
    if (cause) parts.push([cause[1] ?? ""]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

function linkOf(lines: readonly string[]): ErrorLink | undefined {
  const firstFrame = lines.findIndex(isFrame);
  const head = lines
    .slice(0, firstFrame < 0 ? 1 : firstFrame)
    .join("\n")
    .trim();
  const found = header.exec(head.split("\n")[0] ?? "");
  if (head === "") return undefined;
  const name = found?.[1] ?? "Error";
  const message = found ? [found[2] ?? "", ...head.split("\n").slice(1)].join("\n") : head;
  return {
    name,
    message,
    frames: lines.flatMap((line) => frameOf(line) ?? []),
    properties: propertiesOf(lines),
  };
}

function frameOf(line: string): ErrorFrame | undefined {
  const [, isAsync, rest = ""] = frameLine.exec(line) ?? [];
  const text = rest.replace(/ \{$/, "");
  const called = /^(.*?) \((.*)\)$/.exec(text);
  const place = position.exec(called?.[2] ?? text);
  if (!place) return undefined;
  const file = place[1]?.replace(/^file:\/\//, "") ?? "";
  const name = called?.[1]?.replace(/^Object\.<anonymous>$/, "") || null;
  return {
    file,
    line: Number(place[2]),
    column: Number(place[3]),
    function: name && isAsync ? `async ${name}` : name,
    library: isLibrary(file),
    source: null,
  };
}

const isLibrary = (file: string): boolean =>
  /[\\/]node_modules[\\/]|^node:|^internal[\\/]|^<anonymous>|^native/.test(file);

/** What Node.js prints in braces after the stack: `code: 'ECONNREFUSED',`. */
function propertiesOf(lines: readonly string[]): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  const lastFrame = lines.findLastIndex(isFrame);
  for (const line of lines.slice(Math.max(1, lastFrame + 1))) {
    const [, key, value = ""] = /^\s*(\w+): (.+?),?$/.exec(line) ?? [];
    if (key) properties[key] = scalarOf(value);
  }
  return properties;
}

function scalarOf(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (text === "true" || text === "false") return text === "true";
  return text.replace(/^'(.*)'$/s, "$1");
}

/** The same as text, in the manner of Node.js: for the clipboard. */
export function tracebackText(chain: readonly ErrorLink[]): string {
  return chain
    .map((link, depth) => {
      const head = `${depth === 0 ? "" : "Caused by: "}${link.name}${link.message ? `: ${link.message}` : ""}`;
      const frames = link.frames.map(
        ({ function: name, file, line, column }) =>
          `    at ${name ? `${name} (` : ""}${file}:${line}${column === null ? "" : `:${column}`}${name ? ")" : ""}`,
      );
      return [head, ...frames].join("\n");
    })
    .join("\n");
}
