import type { Json } from "../../schema/scalars.ts";
import { isRecord, type ObjectShape, readShape } from "./shapes.ts";

const mark = Symbol("unreadable");

/** Stands in a value for what was typed and cannot be read yet, so that it moves along with its place. */
export interface Unreadable {
  [mark]: true;
  text: string;
  problem: string;
  toJSON: () => string;
}

export const unreadable = (text: string, problem: string): Unreadable => ({
  [mark]: true,
  text,
  problem,
  toJSON: () => text,
});

export const isUnreadable = (value: unknown): value is Unreadable =>
  typeof value === "object" && value !== null && mark in value;

/** What a place holds before anything is typed: the default, or what the schema fixes. */
export function emptyOf(schema: unknown, root: Json): unknown {
  const shape = readShape(schema, root);
  if (shape.fallback !== undefined) return shape.fallback;
  if (shape.isNullable) return null;
  switch (shape.kind) {
    case "text":
      return "";
    case "boolean":
      return false;
    case "constant":
      return shape.constant;
    case "choices":
      return [];
    case "list":
      return shape.first.map((first) => emptyOf(first, root));
    case "object":
      return fixedParts(shape, root);
    case "union":
      return emptyOf(shape.options[0]?.schema, root);
    default:
      return null;
  }
}

/** What of an object follows from its schema: constants, and the tags of the first option where it needs one of several. */
export function fixedParts(shape: ObjectShape, root: Json, depth = 0): Json {
  if (depth > deepest) return {};
  return Object.fromEntries(
    shape.properties.flatMap(({ key, schema, isRequired, isTag }) => {
      const part = readShape(schema, root);
      if ((isRequired || isTag) && part.kind === "constant") return [[key, part.constant]];
      if (!isRequired || part.kind !== "union" || part.fallback !== undefined) return [];
      const first = readShape(part.options[0]?.schema, root);
      const tags = first.kind === "object" ? fixedParts(first, root, depth + 1) : {};
      return Object.keys(tags).length > 0 ? [[key, tags]] : [];
    }),
  );
}

/** Options may need options of their own, without end. */
const deepest = 6;

/** What is used of an object's values where they are left out, as far as the schema says. */
export function defaultsOf(root: Json): Json {
  const shape = readShape(root, root);
  if (shape.kind !== "object") return {};
  return Object.fromEntries(
    shape.properties.flatMap(({ key, schema }) => {
      const { fallback } = readShape(schema, root);
      return fallback === undefined ? [] : [[key, fallback]];
    }),
  );
}

/** An object with one key changed; undefined takes it out. */
export function withKey(object: unknown, key: string, value: unknown): Json {
  const next = { ...(isRecord(object) ? object : {}) };
  if (value === undefined) delete next[key];
  else next[key] = value;
  return next;
}

export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const next = [...items];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
