import { isWritten } from "../../schema/exact-json.ts";
import type { Variable } from "../../schema/variables.ts";
import { longestVariable, VariableName } from "../../schema/variables.ts";
import { isMistake, readJson } from "../schema-form/json-text.ts";

/** How a value is typed: as the text that it is, or as JSON. */
export type Notation = "text" | "json";

export interface Draft {
  name: string;
  notation: Notation;
  text: string;
  tags: readonly string[];
}

/** The type of a value in the words of JSON, with the size of what has parts. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (isWritten(value)) return "number";
  if (Array.isArray(value)) return value.length === 1 ? "list of 1" : `list of ${value.length}`;
  if (typeof value === "object") {
    const count = Object.keys(value).length;
    return count === 1 ? "object, 1 key" : `object, ${count} keys`;
  }
  return typeof value === "string" ? "text" : typeof value;
}

/** What is put on the clipboard: text as it is, anything else as JSON. */
export const copied = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? null);

export const newDraft: Draft = { name: "", notation: "text", text: "", tags: [] };

export const draftOf = ({ name, value, tags }: Variable): Draft => ({
  ...{ name, tags },
  ...(typeof value === "string"
    ? { notation: "text", text: value }
    : { notation: "json", text: JSON.stringify(value ?? null, null, 2) }),
});

type Reading = { value: unknown } | { problem: string };

/** The value that was typed, or why there is none. */
export function readDraft({ notation, text }: Pick<Draft, "notation" | "text">): Reading {
  if (notation === "text") return withinBounds(text);
  const read = readJson(text);
  if (isMistake(read)) return { problem: `Line ${read.line}, column ${read.column}: ${read.message}` };
  return withinBounds(read.value);
}

function withinBounds(value: unknown): Reading {
  const length = JSON.stringify(value ?? null).length;
  if (length <= longestVariable) return { value };
  const most = longestVariable.toLocaleString("en");
  return { problem: `expected at most ${most} characters as JSON, got ${length.toLocaleString("en")}` };
}

/** The same in the other notation: JSON that was typed as text stays JSON, and text in JSON becomes text. */
export function inNotation({ notation, text }: Draft, next: Notation): string {
  if (next === notation) return text;
  if (next === "json") return text.trim() !== "" && !isMistake(readJson(text)) ? text : JSON.stringify(text);
  const read = readJson(text);
  return !isMistake(read) && typeof read.value === "string" ? read.value : text;
}

/** Whether what was typed as text reads as JSON that is no text: probably meant as such. */
export function looksLikeJson({ notation, text }: Draft): boolean {
  if (notation === "json" || text.trim() === "") return false;
  const read = readJson(text);
  return !isMistake(read) && typeof read.value !== "string";
}

export function nameProblem(name: string): string | undefined {
  if (name === "") return "expected a name";
  const read = VariableName.safeParse(name);
  return read.success ? undefined : read.error.issues[0]?.message;
}

/** Only what is another value. */
export function changesOf(before: Draft, after: Draft, value: unknown) {
  const isOther = before.text !== after.text || before.notation !== after.notation;
  const isTagged = before.tags.join() !== after.tags.join();
  return {
    ...(before.name === after.name ? {} : { name: after.name }),
    ...(isOther ? { value } : {}),
    ...(isTagged ? { tags: [...after.tags] } : {}),
  };
}
