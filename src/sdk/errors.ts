import { inspect } from "node:util";
import type { RunError } from "../schema/events.ts";
import { preview } from "./preview.ts";
import { isOwnFrame, parseStack } from "./stack.ts";

const longestChain = 5;
type Link = RunError["chain"][number];

/** What went wrong, as data: the thrown error first, then its causes. */
export function describeError(error: unknown, attempt: number): RunError {
  return { chain: causes(error).map(link), attempt };
}

/** The same as text, as it is logged. */
export const errorText = (error: unknown): string =>
  causes(error)
    .map((one, index) => `${index === 0 ? "" : "Caused by: "}${stackOf(one)}`)
    .join("\n");

/** `Name: message` of anything that can be thrown. */
export function errorTitle(error: unknown): string {
  if (!(error instanceof Error))
    return `${typeof error} thrown: ${inspect(error, { depth: 1, maxStringLength: 500 })}`;
  return error.message ? `${error.name}: ${error.message}` : error.name;
}

function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let next = error; next !== undefined && next !== null && chain.length < longestChain; ) {
    if (chain.includes(next)) break;
    chain.push(next);
    next =
      next instanceof Error
        ? (next.cause ?? (next instanceof AggregateError ? next.errors[0] : undefined))
        : undefined;
  }
  return chain.length > 0 ? chain : [error];
}

/** Without the engine's own frames, which are the same in every failure. */
const stackOf = (error: unknown): string =>
  error instanceof Error && error.stack
    ? error.stack
        .split("\n")
        .filter((line) => !isOwnFrame(line))
        .join("\n")
    : errorTitle(error);

function link(error: unknown): Link {
  if (!(error instanceof Error))
    return { name: typeof error, message: errorTitle(error), frames: [], properties: {} };
  return {
    name: error.name,
    message: error.message,
    frames: parseStack(error.stack ?? ""),
    properties: properties(error),
  };
}

const known = new Set(["name", "message", "stack", "cause", "errors"]);

function properties(error: Error): Link["properties"] {
  const found: Link["properties"] = {};
  for (const [key, value] of Object.entries(error)) {
    if (known.has(key) || typeof value === "function") continue;
    found[key] = value === null || typeof value !== "object" ? scalar(value) : preview(value).json;
  }
  return found;
}

const scalar = (value: unknown): unknown =>
  typeof value === "bigint" || typeof value === "symbol" || value === undefined ? String(value) : value;
