import type { ErrorFrame } from "../schema/events.ts";
import type { ErrorLink, ParsedError } from "./parsed-errors.ts";
import { parsePython } from "./tracebacks-python.ts";

export type { ErrorLink } from "./parsed-errors.ts";

/** Parses a JavaScript stack or a Python traceback; undefined when the text contains neither. */
export const parseTraceback = (text: string): ParsedError | undefined =>
  parsePython(text) ?? parseJavaScript(text);

const frameLine = /^\s*at (?:(async) )?(.+)$/;
const position = /^(.*?):(\d+)(?::(\d+))?$/;
const header =
  /^(?:Uncaught )?\[?((?:[A-Z][\w$]*\.)*[A-Z][\w$]*(?:Error|Exception|Warning|Abort)?[\w$]*)(?: \[[\w-]+\])?(?:: ([\s\S]*?))?\]?(?: \{)?$/;
const causeLine = /^\s*(?:\[cause\]: |Caused by: ?|caused by: ?)(.*)$/;

// Members of an AggregateError in our own text (`tracebackText`, the logs of the SDK): formatted like those of Python's
// exception groups. Node.js prints them in brackets.
const memberHead = /^ {2}\+-{16} \d+ -{16}$/;
const memberMargin = /^ {2}\|(?: |$)/;
const membersEnd = /^ {2}\+-{36}$/;
const moreMembers = /^ {2}\.\.\. and (\d+) more errors?$/;
const moreCauses = /^\s*\.\.\. (\d+) causes? left out$/;
const bracketOpen = /^(\s*)\[errors\]: \[$/;
/** Maximum nesting of groups; deeper text is no genuine error. */
const maxDepth = 50;

function parseJavaScript(text: string): ParsedError | undefined {
  const lines = text.split("\n");
  if (!lines.some((line) => frameOf(line) || memberHead.test(line))) return undefined;
  const start = headerBefore(lines, lines.findIndex(endsMessage));
  if (start < 0) return undefined;
  const chain = chainOf(lines.slice(start), 0);
  return chain.length === 0 ? undefined : { lead: lines.slice(0, start).join("\n").trim(), chain };
}

function chainOf(lines: readonly string[], depth: number): ErrorLink[] {
  if (depth > maxDepth) return [];
  return partsOf(lines).flatMap(({ own, members, omittedMembers, omittedCauses }) => {
    const link = linkOf(own);
    if (!link) return [];
    const chains = members.map((member) => chainOf(member, depth + 1)).filter((chain) => chain.length > 0);
    return {
      ...link,
      ...(chains.length > 0 && { members: chains }),
      ...(omittedMembers > 0 && { omitted_members: omittedMembers }),
      ...(omittedCauses > 0 && { omitted_causes: omittedCauses }),
    };
  });
}

/** Also frames without a location, such as `at JSON.parse (<anonymous>)`: they end the message. */
const isFrame = (line: string): boolean =>
  /^\s*at (?:async )?\S.*(?:\([^()]*\)|:\d+:\d+)(?: \{|,)?$/.test(line);

const endsMessage = (line: string): boolean =>
  isFrame(line) || memberHead.test(line) || bracketOpen.test(line);

/** The line with the error's name: a message may span several lines, so the search goes upwards. */
function headerBefore(lines: readonly string[], frame: number): number {
  for (let line = frame - 1; line >= 0; line--) if (header.test(lines[line]?.trim() ?? "")) return line;
  return -1;
}

interface Part {
  own: string[];
  members: string[][];
  omittedMembers: number;
  omittedCauses: number;
}

const newPart = (first?: string): Part => ({
  own: first === undefined ? [] : [first],
  members: [],
  omittedMembers: 0,
  omittedCauses: 0,
});

/** Splits the text into the error and its causes, at any indentation. */
function partsOf(lines: readonly string[]): Part[] {
  const parts = [newPart()];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const part = parts.at(-1) ?? newPart();
    const cause = causeLine.exec(line);
    const bracket = bracketOpen.exec(line);
    if (cause) parts.push(newPart(cause[1] ?? ""));
    else if (bracket) at = readBracket(lines, at + 1, { indent: bracket[1]?.length ?? 0, part });
    else if (memberHead.test(line)) part.members.push([]);
    else if (part.members.length > 0 && memberMargin.test(line)) part.members.at(-1)?.push(line.slice(4));
    else if (!membersEnd.test(line)) addLine(part, line);
  }
  return parts;
}

function addLine(part: Part, line: string): void {
  const causes = moreCauses.exec(line);
  const members = moreMembers.exec(line);
  if (causes) part.omittedCauses = Number(causes[1]);
  else if (members) part.omittedMembers = Number(members[1]);
  else part.own.push(line);
}

/** Members as Node.js prints them: each is indented two columns more than the bracket. Returns the line of the end. */
function readBracket(
  lines: readonly string[],
  from: number,
  { indent, part }: { indent: number; part: Part },
): number {
  let isBetween = true;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (/^\s*\],?$/.test(line) && line.search(/\S/) === indent) return at;
    const text = line.slice(indent + 2);
    if (isBetween && /^[^\s}\]]/.test(text)) part.members.push([text.replace(/,$/, "")]);
    else part.members.at(-1)?.push(text);
    isBetween = line.endsWith(",");
  }
  return lines.length;
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
  const text = rest.replace(/(?: \{|,)$/, "");
  const called = /^(.*?) \((.*)\)$/.exec(text);
  const place = position.exec(called?.[2] ?? text);
  const file = place?.[1]?.replace(/^file:\/\//, "") ?? "";
  // Python's frames have no column; a time of day has neither folder nor extension.
  if (!place || (place[3] === undefined && !/[./\\]/.test(file))) return undefined;
  const name = called?.[1]?.replace(/^Object\.<anonymous>$/, "") || null;
  return {
    file,
    line: Number(place[2]),
    column: place[3] === undefined ? null : Number(place[3]),
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

/** Formats an error like Node.js, for the clipboard. `parseTraceback` parses it again. */
export function tracebackText(chain: readonly ErrorLink[]): string {
  return chain.map((link, depth) => `${depth === 0 ? "" : "Caused by: "}${linkText(link)}`).join("\n");
}

function linkText(link: ErrorLink): string {
  const { members = [], omitted_members: omitted = 0, omitted_causes: causes = 0 } = link;
  const lines = [`${link.name}${link.message ? `: ${link.message}` : ""}`, ...link.frames.map(frameText)];
  for (const [place, member] of members.entries()) {
    const inner = tracebackText(member).split("\n");
    lines.push(`  +---------------- ${place + 1} ----------------`, ...inner.map((line) => `  | ${line}`));
  }
  if (omitted > 0) lines.push(`  ... and ${omitted} more ${omitted === 1 ? "error" : "errors"}`);
  if (members.length > 0) lines.push("  +------------------------------------");
  if (causes > 0) lines.push(`    ... ${causes} ${causes === 1 ? "cause" : "causes"} left out`);
  return lines.join("\n");
}

function frameText({ function: name, file, line, column, repeated = 0 }: ErrorFrame): string {
  const place = `${file}:${line}${column === null ? "" : `:${column}`}`;
  const frame = `    at ${name ? `${name} (${place})` : place}`;
  return repeated > 0 ? `${frame}\n    ... repeated ${repeated} more times` : frame;
}
