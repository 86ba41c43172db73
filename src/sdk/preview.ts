import type { Preview } from "../schema/events.ts";
import { isError } from "./is-error.ts";

const maxChars = 2048;
const deepest = 8;

/** JSON of a value for display, cut at 2 KB. Its cost depends on the output, not on the size of the value. */
export function preview(value: unknown): Preview {
  if (value === undefined) return { json: "null", truncated: false };
  if (typeof value === "number" || typeof value === "boolean")
    return { json: JSON.stringify(value), truncated: false };
  const writer = new Writer();
  writer.write(value, 0);
  return { json: writer.text, truncated: writer.isCut };
}

class Writer {
  text = "";
  isCut = false;
  readonly #path = new Set<object>();

  write(value: unknown, depth: number): void {
    if (typeof value === "object" && value !== null) this.#object(value, depth);
    else this.#scalar(value);
  }

  #scalar(value: unknown): void {
    if (typeof value === "string") this.#string(value);
    else if (typeof value === "number" || typeof value === "boolean" || value === null)
      this.text += JSON.stringify(value);
    else
      this.#string(
        typeof value === "bigint" ? `${value}n` : value === undefined ? "undefined" : `[${typeof value}]`,
      );
  }

  #string(text: string): void {
    const room = Math.max(maxChars - this.text.length, 32);
    if (text.length > room) this.isCut = true;
    this.text += JSON.stringify(text.length > room ? `${text.slice(0, room)}…` : text);
  }

  #object(value: object, depth: number): void {
    if (this.#path.has(value)) {
      this.#string("[circular]");
      return;
    }
    if (depth >= deepest || this.text.length >= maxChars) {
      this.isCut = true;
      this.#string(Array.isArray(value) ? `[${value.length} items]` : `[${nameOf(value)}]`);
      return;
    }
    this.#path.add(value);
    this.#container(value, depth);
    this.#path.delete(value);
  }

  #container(value: object, depth: number): void {
    if (Array.isArray(value)) this.#list(value, value.length, depth);
    else if (value instanceof Set) this.#list(value, value.size, depth);
    else if (value instanceof Map) this.#list(value, value.size, depth);
    else if (value instanceof Date)
      this.#string(Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString());
    else if (isError(value)) this.#string(`${value.name}: ${value.message}`);
    else if (ArrayBuffer.isView(value)) this.#string(`[${nameOf(value)}, ${value.byteLength} bytes]`);
    else if (value instanceof Promise || value instanceof WeakMap) this.#string(`[${nameOf(value)}]`);
    else this.#record(value, depth);
  }

  #list(items: Iterable<unknown>, size: number, depth: number): void {
    this.text += "[";
    let index = 0;
    for (const item of items) {
      if (index > 0) this.text += ",";
      if (this.text.length >= maxChars) {
        this.isCut = true;
        this.#string(`… ${size - index} more`);
        break;
      }
      this.write(item, depth + 1);
      index++;
    }
    this.text += "]";
  }

  #record(value: object, depth: number): void {
    this.text += "{";
    let isFirst = true;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      if (!isFirst) this.text += ",";
      if (this.text.length >= maxChars) {
        this.isCut = true;
        this.text += '"…":"…"';
        break;
      }
      isFirst = false;
      this.text += `${JSON.stringify(key)}:`;
      this.write(readable(value, key), depth + 1);
    }
    this.text += "}";
  }
}

/** A field of the user's value, whose getter may throw; the error is ignored here. */
export function readable(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return "[unreadable]";
  }
}

const nameOf = (value: object): string => value.constructor?.name ?? "Object";
