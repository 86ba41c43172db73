import { isError } from "./is-error.ts";
import { preview } from "./preview.ts";

/** Nesting depth; servers accept 200, which includes the enclosing state or event. */
const deepest = 64;
/** Values per parameter; a larger one is shortened. */
const most = 20_000;
const maxChars = 65_536;

/** Text that replaces a shortened value. */
class TooLarge extends Error {}

/**
 * The parameters of a call as JSON for the run's record; the flow itself gets the original values. What no database
 * stores (NUL, lone surrogates) is escaped, what JSON cannot express becomes a descriptive text, and what is circular,
 * too deep or too large becomes a text of its beginning.
 */
export function recordOf(parameters: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(parameters).map(([name, value]) => [keyOf(name), record(value)]);
  return Object.fromEntries(entries);
}

function record(value: unknown): unknown {
  try {
    const found = new Recorder().json(value, 0);
    if (JSON.stringify(found).length <= maxChars) return found;
  } catch {
    // Too large, or a getter or toJSON threw: the preview handles all of them.
  }
  return textOf(preview(value).json);
}

class Recorder {
  #left = most;
  readonly #path = new Set<object>();

  json(value: unknown, depth: number): unknown {
    if (this.#left-- <= 0) throw new TooLarge();
    if (typeof value === "string") return value.length > maxChars ? this.#stop() : textOf(value);
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value === "boolean" || value === null) return value;
    if (value === undefined) return null;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "object") return `[${typeof value}]`;
    if (depth >= deepest) return textOf(preview(value).json);
    if (this.#path.has(value)) return "[circular]";
    this.#path.add(value);
    const found = this.#object(value, depth + 1);
    this.#path.delete(value);
    return found;
  }

  #object(value: object, depth: number): unknown {
    if (Array.isArray(value)) return Array.from(value, (item) => this.json(item, depth));
    if (value instanceof Set) return [...value].map((item) => this.json(item, depth));
    if (value instanceof Map) return this.#map(value, depth);
    if (value instanceof RegExp) return textOf(String(value));
    if (isError(value)) return textOf(`${value.name}: ${value.message}`);
    if (value instanceof Date && Number.isNaN(value.getTime())) return "Invalid Date";
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
      return textOf(preview(value).json.slice(1, -1));
    const own = "toJSON" in value && typeof value.toJSON === "function" ? value.toJSON() : value;
    if (own !== value) return this.json(own, depth);
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(entries.map(([key, inner]) => [keyOf(key), this.json(inner, depth)]));
  }

  /** An object if all keys are strings, else a list of pairs. */
  #map(value: Map<unknown, unknown>, depth: number): unknown {
    const entries = [...value];
    if (entries.every(([key]) => typeof key === "string"))
      return Object.fromEntries(entries.map(([key, inner]) => [keyOf(String(key)), this.json(inner, depth)]));
    return entries.map((pair) => pair.map((item) => this.json(item, depth)));
  }

  #stop(): never {
    throw new TooLarge();
  }
}

const unkept = /\p{Surrogate}|\0/gu;

const textOf = (text: string): string =>
  text.replace(unkept, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Copying an object key by key would lose `__proto__`, so servers reject it. */
const keyOf = (key: string): string => (key === "__proto__" ? "[__proto__]" : textOf(key));
