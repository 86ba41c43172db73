// Without zod: the threads of the store read with this.

/** A number that JavaScript would write otherwise than it came: 1.0, or more digits than its numbers hold. */
export interface WrittenNumber {
  readonly rawJSON: string;
}

declare global {
  // Node has had these since version 22; the types do not know them yet.
  interface JSON {
    rawJSON(text: string): WrittenNumber;
    isRawJSON(value: unknown): value is WrittenNumber;
  }
}

/** Finds every number that may need care, and now and then one that does not. A microsecond for 1 KB. */
const careful = /(?:^|[:[,\s])(?:-?(?:\d[\d.]{15,}|\d+\.\d*0|\d+(?:\.\d+)?[eE][-+]?\d+)|-0)(?:[,\]}\s]|$)/;

export const mayHoldWritten = (text: string): boolean => careful.test(text);
export const isWritten = (value: unknown): value is WrittenNumber => JSON.isRawJSON(value);

/**
 * What the JSON says, for values that are stored and given back as they came: where it has to, a number stays the text
 * that it was, which `JSON.stringify` writes again.
 */
export function parseExact(text: string) {
  return JSON.parse(text, mayHoldWritten(text) ? keepWritten : undefined);
}

function keepWritten(_key: string, value: unknown, context?: { source: string }): unknown {
  if (typeof value !== "number" || !context || String(value) === context.source) return value;
  return JSON.rawJSON(context.source);
}

/** The same value in numbers, for whoever calculates with it. */
export function plainOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isWritten(value)) return Number(value.rawJSON);
  if (Array.isArray(value)) return value.map(plainOf);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainOf(inner)]));
}
