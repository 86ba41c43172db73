import { type Command, InvalidArgumentError } from "commander";
import { parseExact } from "../../schema/exact-json.ts";

/** An option that may be repeated, or hold a comma-separated list. */
export const collect = (value: string, all: string[] = []): string[] => [...all, ...value.split(",")];

export function positive(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("expected a positive integer");
}

export function natural(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError("expected a non-negative integer");
}

export function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError("expected a port number from 0 to 65535");
}

export function rate(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && number >= 0) return number;
  throw new InvalidArgumentError("expected a non-negative number");
}

/** `key=value`; a value that is valid JSON is parsed, others are text. */
export function parameter(text: string, all: Record<string, unknown> = {}): Record<string, unknown> {
  const at = text.indexOf("=");
  if (at <= 0) throw new InvalidArgumentError("Expected key=value.");
  const value = text.slice(at + 1);
  return { ...all, [text.slice(0, at)]: jsonOr(value) };
}

function jsonOr(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}

/** The options for setting a state. */
export const addStateOptions = (command: Command): Command =>
  command
    .requiredOption("--type <type>", "state type: completed, failed, cancelled, scheduled, …")
    .option("--name <name>", "state name (default: that of the type)")
    .option("--message <text>", "state message")
    .option("--force", "write the state without asking the orchestration rules")
    .option("--json", "print JSON");
