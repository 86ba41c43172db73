import { inspect } from "node:util";
import type { RunError } from "../schema/events.ts";
import { maxListedMessage, shortened } from "../schema/long-texts.ts";
import { isError } from "./is-error.ts";
import { preview } from "./preview.ts";
import { isOwnFrame, parseStack } from "./stack-frames.ts";

type Link = RunError["chain"][number];

const longestChain = 5;
/** Longest chain of causes; the last one is taken as the root. */
const furthestCause = 10_000;
/** Most errors reported for one failure, members of groups and their causes included. */
const maxErrors = 100;
/** Per member of a group: all members are sent in one event. */
const memberMessage = 1_000;
const memberFrames = 20;

/** The failure as data: the thrown error first, then its causes, with the members of AggregateErrors. */
export function describeError(error: unknown, attempt: number): RunError {
  return { chain: treeOf(error).map((node) => linkOf(node, false)), attempt };
}

/** The same as text for the log: whole messages, and stacks without the engine's frames. */
export const errorText = (error: unknown): string => chainText(treeOf(error));

/** `Name: message` of any thrown value, not cut. */
export function errorTitle(error: unknown): string {
  if (!isError(error)) return `${typeof error} thrown: ${inspect(error, { depth: 1, maxStringLength: 500 })}`;
  const message = textOf(error, "message");
  return message ? `${nameOf(error)}: ${message}` : nameOf(error);
}

interface Node {
  error: unknown;
  members: Node[][];
  omittedMembers: number;
  /** Causes omitted between this error and the next of the chain. */
  omittedCauses: number;
}

interface Walk {
  left: number;
  /** Errors on the path to this one, to detect cycles. */
  path: Set<unknown>;
}

function treeOf(error: unknown, walk: Walk = { left: maxErrors, path: new Set() }): Node[] {
  const causes = causesOf(error, walk.path);
  const kept =
    causes.length > longestChain ? [...causes.slice(0, longestChain - 1), ...causes.slice(-1)] : causes;
  walk.left -= kept.length;
  for (const cause of kept) walk.path.add(cause);
  const nodes = kept.map((one, place) => ({
    error: one,
    ...membersOf(one, walk),
    omittedCauses: place === longestChain - 2 ? causes.length - kept.length : 0,
  }));
  for (const cause of kept) walk.path.delete(cause);
  return nodes;
}

function causesOf(error: unknown, path: ReadonlySet<unknown>): unknown[] {
  const found = new Set<unknown>([error]);
  for (let next = causeOf(error); next !== undefined && next !== null; next = causeOf(next)) {
    if (found.has(next) || path.has(next) || found.size >= furthestCause) break;
    found.add(next);
  }
  return [...found];
}

const causeOf = (error: unknown): unknown => (isError(error) ? read(error, "cause") : undefined);

function membersOf(error: unknown, walk: Walk): Pick<Node, "members" | "omittedMembers"> {
  const list = isError(error) ? heldBy(error).filter((member) => !walk.path.has(member)) : [];
  const members: Node[][] = [];
  for (const member of list) {
    if (walk.left <= 0) break;
    members.push(treeOf(member, walk));
  }
  return { members, omittedMembers: list.length - members.length };
}

/** Members of an AggregateError, or what a SuppressedError suppressed; by shape, to include other realms and polyfills. */
function heldBy(error: Error): readonly unknown[] {
  if (nameOf(error) === "SuppressedError" || Object.hasOwn(error, "suppressed"))
    return [read(error, "error"), read(error, "suppressed")].filter((one) => one !== undefined);
  const errors = read(error, "errors");
  return Array.isArray(errors) && (nameOf(error) === "AggregateError" || errors.some(isError)) ? errors : [];
}

function chainText(nodes: readonly Node[]): string {
  return nodes.map((node, place) => `${place === 0 ? "" : "Caused by: "}${nodeText(node)}`).join("\n");
}

// In the format that `rules/tracebacks.ts` parses.
function nodeText({ error, members, omittedMembers, omittedCauses }: Node): string {
  const lines = [stackOf(error)];
  for (const [place, member] of members.entries()) {
    const inner = chainText(member).replaceAll("\n", "\n  | ");
    lines.push(`  +---------------- ${place + 1} ----------------`, `  | ${inner}`);
  }
  if (omittedMembers > 0)
    lines.push(`  ... and ${omittedMembers} more ${omittedMembers === 1 ? "error" : "errors"}`);
  if (members.length > 0) lines.push("  +------------------------------------");
  if (omittedCauses > 0)
    lines.push(`    ... ${omittedCauses} ${omittedCauses === 1 ? "cause" : "causes"} left out`);
  return lines.join("\n");
}

/** Without the engine's frames, which are the same in every failure. */
function stackOf(error: unknown): string {
  const stack = isError(error) ? textOf(error, "stack") : "";
  if (!isError(error) || !stack) return errorTitle(error);
  return stack
    .split("\n")
    .filter((line) => !isOwnFrame(line))
    .join("\n");
}

function linkOf({ error, members, omittedMembers, omittedCauses }: Node, isMember: boolean): Link {
  const own = isError(error)
    ? {
        name: nameOf(error),
        message: textOf(error, "message"),
        frames: parseStack(framesText(error)),
        properties: properties(error),
      }
    : { name: typeof error, message: errorTitle(error), frames: [], properties: {} };
  return {
    ...own,
    message: shortened(own.message, isMember ? memberMessage : maxListedMessage),
    frames: isMember ? own.frames.slice(0, memberFrames) : own.frames,
    ...(members.length > 0 && { members: members.map((chain) => chain.map((node) => linkOf(node, true))) }),
    ...(omittedMembers > 0 && { omitted_members: omittedMembers }),
    ...(omittedCauses > 0 && { omitted_causes: omittedCauses }),
  };
}

/** The stack after the message, which may be long and contain lines that look like frames. */
function framesText(error: Error): string {
  const stack = textOf(error, "stack");
  const message = textOf(error, "message");
  const at = message === "" ? -1 : stack.indexOf(message);
  return at < 0 ? stack : stack.slice(at + message.length);
}

const known = new Set(["name", "message", "stack", "cause", "errors", "error", "suppressed"]);

function properties(error: Error): Link["properties"] {
  const found: Link["properties"] = {};
  for (const key of Object.keys(error)) {
    const value = read(error, key);
    if (known.has(key) || typeof value === "function") continue;
    found[key] = value === null || typeof value !== "object" ? scalar(value) : preview(value).json;
  }
  return found;
}

function scalar(value: unknown): unknown {
  if (typeof value === "string") return shortened(value, memberMessage);
  return typeof value === "bigint" || typeof value === "symbol" || value === undefined
    ? String(value)
    : value;
}

const nameOf = (error: Error): string => textOf(error, "name") || "Error";

function textOf(error: Error, key: "name" | "message" | "stack"): string {
  const value = read(error, key);
  return typeof value === "string" ? value : value === undefined ? "" : inspect(value, { depth: 1 });
}

/** Reading an error must not throw: its getters may. */
function read(error: Error, key: string): unknown {
  try {
    return Reflect.get(error, key);
  } catch {
    return undefined;
  }
}
