import type { ErrorFrame } from "../schema/events.ts";
import type { ErrorLink, ParsedError } from "./tracebacks.ts";

const begin = "Traceback (most recent call last):";
const between =
  /^(?:The above exception was the direct cause of the following exception:|During handling of the above exception, another exception occurred:)$/;
const frameHead = /^\s*File "(.+?)", line (\d+)(?:, in (.+))?$/;
const repeated = /^\s*\[Previous line repeated \d+ more times?\]$/;
const carets = /^\s*[\^~]+\s*$/;
const ending = /^((?:[\w]+\.)*[A-Za-z_]\w*)(?:: ([\s\S]*))?$/;

/** A Python traceback, also one of an exception group. Python tells the cause first and the innermost frame last. */
export function parsePython(text: string): ParsedError | undefined {
  // The lines of an exception group are drawn with a margin of `|`.
  const lines = text.split("\n").map((line) => line.replace(/^\s*[|+](?: |-\+-+ \d+ -+$|-+$)?/, ""));
  const start = lines.findIndex((line) => line.trim().endsWith(begin));
  if (start < 0) return undefined;
  const chain: ErrorLink[] = [];
  for (const part of partsOf(lines.slice(start))) {
    const link = linkOf(part);
    if (link) chain.unshift(link);
  }
  return chain.length === 0 ? undefined : { lead: lines.slice(0, start).join("\n").trim(), chain };
}

function partsOf(lines: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (const line of lines) {
    if (line.trim().endsWith(begin)) parts.push([]);
    else if (!between.test(line.trim())) parts.at(-1)?.push(line);
  }
  return parts;
}

function linkOf(lines: readonly string[]): ErrorLink | undefined {
  const frames: ErrorFrame[] = [];
  let place = 0;
  for (; place < lines.length; place++) {
    const line = lines[place] ?? "";
    const head = frameHead.exec(line);
    if (head) frames.push(frameOf(head));
    else if (/^\s/.test(line)) addSource(frames.at(-1), line);
    else break;
  }
  const message = lines.slice(place).join("\n").trim();
  const [first = "", ...rest] = message.split("\n");
  const found = ending.exec(first);
  if (message === "" && frames.length === 0) return undefined;
  return {
    name: found?.[1]?.split(".").at(-1) ?? "Exception",
    message: found ? [found[2] ?? "", ...rest].join("\n") : message,
    frames: frames.reverse(),
    properties: {},
  };
}

function frameOf([, file = "", line = "0", name]: RegExpExecArray): ErrorFrame {
  return {
    file,
    line: Number(line),
    column: null,
    function: name === undefined || name === "<module>" ? null : name,
    library: /[\\/](?:site|dist)-packages[\\/]|[\\/]lib[\\/]python\d[.\d]*[\\/]|^<frozen |^<string>/.test(
      file,
    ),
    source: null,
  };
}

/** Python prints the source with its own indentation removed, behind this many spaces. */
const margin = 4;
const withoutMargin = (line: string): string => line.replace(/^ {4}/, "");

/** Marks under the source tell the column; the source itself may be several lines. */
function addSource(frame: ErrorFrame | undefined, line: string): void {
  if (!frame || line.trim() === "" || repeated.test(line)) return;
  if (carets.test(line)) {
    frame.column ??= Math.max(0, line.search(/[\^~]/) - margin) + 1;
    return;
  }
  if (frame.source) frame.source.lines.push(withoutMargin(line));
  else frame.source = { first: frame.line, lines: [withoutMargin(line)] };
}
