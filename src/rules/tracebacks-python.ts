import type { ErrorFrame } from "../schema/events.ts";
import type { ErrorLink, ParsedError } from "./parsed-errors.ts";

const begin = "Traceback (most recent call last):";
const between =
  /^(?:The above exception was the direct cause of the following exception:|During handling of the above exception, another exception occurred:)$/;
const frameHead = /^\s*File "(.+?)", line (\d+)(?:, in (.+))?$/;
const repetition = /^\s*\[Previous line repeated (\d+) more times?\]$/;
const carets = /^\s*[\^~]+\s*$/;
const ending = /^((?:[\w]+\.)*[A-Za-z_]\w*)(?:: ([\s\S]*))?$/;

// Python draws an exception group as a tree: each level is indented by two, with a margin of `|`, and every member
// follows a separator line. A group at the top of a chain begins with `+` and has its members two levels below.
const groupBegin = /^ {2}\+ Exception Group Traceback \(most recent call last\):$/;
const groupMargin = /^ {2}\|(?: |$)/;
const memberHead = /^((?: {2})+)(\+-)?\+-{16} (\d+|\.\.\.) -{16}$/;
const membersEnd = /^(?: {2})+\+-{36}$/;
const moreMembers = /^and (\d+) more exceptions?$/;
const tooDeep = /^\.\.\. \(max_group_depth is \d+\)$/;
/** Python itself stops at ten levels. */
const maxDepth = 50;

/**
 * A Python traceback; an exception group with its members. Python prints the cause first and the innermost frame last,
 * the result has the reverse order.
 */
export function parsePython(text: string): ParsedError | undefined {
  const lines = text.split("\n");
  const start = startOf(lines);
  if (start < 0) return undefined;
  const { chain } = new Reader(lines).chain(start, 0);
  return chain.length === 0 ? undefined : { lead: lines.slice(0, start).join("\n").trim(), chain };
}

/** A cause that was never raised has no traceback: only its last line, before the line that connects it to its effect. */
function startOf(lines: readonly string[]): number {
  const first = lines.findIndex((line) => line.trim().endsWith(begin));
  const middle = lines.findIndex((line) => between.test(line));
  if (first < 0 || middle < 0 || middle > first) return first;
  const cause = lines.findLastIndex((line, place) => place < middle && line.trim() !== "");
  return cause >= 0 && ending.test(lines[cause] ?? "") ? cause : first;
}

/** One exception: its lines, without margins, and the members of a group. */
interface Part {
  lines: string[];
  members: ErrorLink[][];
  omitted: number;
}

const newPart = (): Part => ({ lines: [], members: [], omitted: 0 });

interface ReadChain {
  chain: ErrorLink[];
  /** The first line that belongs to another exception. */
  next: number;
}

class Reader {
  readonly #lines: readonly string[];

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  /** An exception and its causes, from lines at this depth or deeper. */
  chain(from: number, depth: number): ReadChain {
    const parts = [newPart()];
    let at = from;
    let isInGroup = false;
    for (; at < this.#lines.length; at++) {
      const line = this.#lines[at] ?? "";
      const part = parts.at(-1) ?? newPart();
      const head = headOf(line);
      if (head) {
        if (head.depth <= depth) break;
        at = this.#member(at + 1, head, part) - 1;
        continue;
      }
      if (membersEnd.test(line)) continue;
      isInGroup = depth === 0 && (groupBegin.test(line) || (isInGroup && groupMargin.test(line)));
      const text = isInGroup ? line.slice(4) : withoutMargin(line, depth);
      if (text === undefined) break;
      add(parts, text);
    }
    return { chain: parts.flatMap((part) => linkOf(part) ?? []).toReversed(), next: at };
  }

  #member(from: number, { depth, title }: Head, part: Part): number {
    const { chain, next } = this.chain(from, depth);
    if (title === "...") part.omitted += Number(moreMembers.exec(chain[0]?.message ?? "")?.[1] ?? 1);
    else if (chain.length === 0) part.omitted += 1;
    else part.members.push(chain);
    return next;
  }
}

interface Head {
  depth: number;
  title: string;
}

function headOf(line: string): Head | undefined {
  const [, indent, branch = "", title = ""] = memberHead.exec(line) ?? [];
  const depth = ((indent?.length ?? 0) + branch.length) / 2;
  return indent === undefined || depth > maxDepth ? undefined : { depth, title };
}

/** Undefined when the line belongs to an outer level. */
function withoutMargin(line: string, depth: number): string | undefined {
  if (depth === 0) return line;
  const margin = `${"  ".repeat(depth)}|`;
  return line.startsWith(margin) ? line.slice(margin.length).replace(/^ /, "") : undefined;
}

function add(parts: Part[], text: string): void {
  const part = parts.at(-1);
  if (between.test(text.trim())) parts.push(newPart());
  else if (text.trim().endsWith(begin)) {
    if (!part || part.lines.length > 0) parts.push(newPart());
    // After the members comes the next exception, or something else that was logged.
  } else if (part?.members.length === 0 && (part.lines.length > 0 || text.trim() !== ""))
    part.lines.push(text);
}

function linkOf({ lines, members, omitted }: Part): ErrorLink | undefined {
  const frames: ErrorFrame[] = [];
  let place = 0;
  for (; place < lines.length; place++) {
    const line = lines[place] ?? "";
    const head = frameHead.exec(line);
    if (head) frames.push(frameOf(head));
    else if (/^\s/.test(line)) addToFrame(frames.at(-1), line);
    else break;
  }
  const message = lines.slice(place).join("\n").trim();
  const [first = "", ...rest] = message.split("\n");
  const found = ending.exec(first);
  if (tooDeep.test(message) || (message === "" && frames.length === 0)) return undefined;
  return {
    name: found?.[1]?.split(".").at(-1) ?? "Exception",
    message: found ? [found[2] ?? "", ...rest].join("\n") : message,
    frames: frames.reverse(),
    properties: {},
    ...(members.length > 0 && { members }),
    ...(omitted > 0 && { omitted_members: omitted }),
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
const sourceIndent = 4;
const withoutIndent = (line: string): string => line.replace(/^ {4}/, "");

/** Markers under the source give the column; the source may span several lines. */
function addToFrame(frame: ErrorFrame | undefined, line: string): void {
  if (!frame || line.trim() === "") return;
  const [, times] = repetition.exec(line) ?? [];
  if (times !== undefined) {
    frame.repeated = Number(times);
    return;
  }
  if (carets.test(line)) {
    frame.column ??= Math.max(0, line.search(/[\^~]/) - sourceIndent) + 1;
    return;
  }
  if (frame.source) frame.source.lines.push(withoutIndent(line));
  else frame.source = { first: frame.line, lines: [withoutIndent(line)] };
}
