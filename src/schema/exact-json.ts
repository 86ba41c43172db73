// Without zod: the threads of the store read with this.

declare global {
  // Node has these since version 22, and browsers since 2023 to 2025; the types do not know them yet.
  interface JSON {
    rawJSON?(text: string): unknown;
  }
}

/**
 * A number that JavaScript would write otherwise than it came: 1.0, or more digits than its numbers hold. A class, so that
 * whoever copies plain objects key by key (a query cache, a form) leaves it whole.
 */
export class WrittenNumber {
  readonly rawJSON: string;

  constructor(text: string) {
    this.rawJSON = text;
  }

  toJSON(): unknown {
    return JSON.rawJSON?.(this.rawJSON) ?? Number(this.rawJSON);
  }
}

/** Finds every number that may need care, and now and then one that does not. A microsecond for 1 KB. */
const careful = /(?:^|[:[,\s])(?:-?(?:\d[\d.]{15,}|\d+\.\d*0|\d+(?:\.\d+)?[eE][-+]?\d+)|-0)(?:[,\]}\s]|$)/;

export const mayHoldWritten = (text: string): boolean => careful.test(text);
export const isWritten = (value: unknown): value is WrittenNumber => value instanceof WrittenNumber;

/**
 * What the JSON says, for values that are stored and given back as they came: where it has to, a number stays the text
 * that it was, which `JSON.stringify` writes again.
 */
export function parseExact(text: string) {
  return JSON.parse(text, mayHoldWritten(text) ? keepWritten : undefined);
}

function keepWritten(_key: string, value: unknown, context?: { source: string }): unknown {
  // A browser that gives no source could not write it either.
  if (typeof value !== "number" || context?.source === undefined || String(value) === context.source)
    return value;
  return new WrittenNumber(context.source);
}

/** The same value in numbers, for whoever calculates with it. */
export function plainOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isWritten(value)) return Number(value.rawJSON);
  if (Array.isArray(value)) return value.map(plainOf);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainOf(inner)]));
}
