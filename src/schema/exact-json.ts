// Without zod, because the threads of the store load it.

declare global {
  // Available in Node since version 22, and in browsers since 2023 to 2025; the types lack them.
  interface JSON {
    rawJSON?(text: string): unknown;
  }
}

/**
 * A number that JavaScript would print differently: 1.0, or more digits than a double holds. A class, so that
 * code that copies plain objects key by key (a query cache, a form) keeps it whole.
 */
export class WrittenNumber {
  readonly rawJSON: string;
  /** Created eagerly: a long list is serialised at once, but parsed in steps. */
  readonly #raw: unknown;

  constructor(text: string) {
    this.rawJSON = text;
    this.#raw = JSON.rawJSON?.(text) ?? Number(text);
  }

  toJSON(): unknown {
    return this.#raw;
  }
}

/** Finds every number that may need preserving, with some false positives. A microsecond per KB. */
const careful = /(?:^|[:[,\s])(?:-?(?:\d[\d.]{15,}|\d+\.\d*0|\d+(?:\.\d+)?[eE][-+]?\d+)|-0)(?:[,\]}\s]|$)/;

export const mayHoldWritten = (text: string): boolean => careful.test(text);
export const isWritten = (value: unknown): value is WrittenNumber => value instanceof WrittenNumber;

/**
 * Parses JSON for values that are stored and returned unchanged: where needed, a number stays the text
 * that it was, which `JSON.stringify` prints again.
 */
export function parseExact(text: string) {
  const steps = parsing(text);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/**
 * The same in steps of a few milliseconds. Without a reviver, which costs a microsecond for each value, however few of them
 * need care: such numbers are marked in the text, and what is marked is put back into the value.
 */
export function* parsing(text: string): Generator<void, ReturnType<typeof JSON.parse>> {
  if (!mayHoldWritten(text)) return JSON.parse(text);
  const mark = markFor(text);
  const marked = yield* markWritten(text, mark);
  yield;
  const holder = { value: JSON.parse(marked) };
  yield* putBack(holder, mark);
  return holder.value;
}

function markFor(text: string): string {
  const mark = `#${Math.random().toString(36).slice(2, 8)}`;
  return text.includes(mark) ? markFor(text) : mark;
}

const perStep = 20_000;
/** The same numbers as `careful`. Invalid numbers are left for the parser to refuse. */
const written =
  /(?<=^|[:[,\s])(?:-?(?:0|[1-9]\d*)(?:\.\d*0|(?:\.\d+)?[eE][-+]?\d+|(?:\.\d+)?(?<=[\d.]{16}))|-0)(?=[,\]}\s]|$)/g;

function* markWritten(text: string, mark: string): Generator<void, string> {
  const marked = `"${mark}$&"`;
  const parts: string[] = [];
  let kept = 0;
  let count = 0;
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    // In pieces that end between two values, as a list of numbers may be as long as the text.
    for (let from = at; from < end; ) {
      const comma = end - from > maxPiece ? text.indexOf(",", from + maxPiece) : -1;
      const to = comma === -1 || comma > end ? end : comma;
      const piece = to - from > 1 ? text.slice(from, to) : "";
      const changed = piece.replace(written, marked);
      if (changed !== piece) {
        parts.push(text.slice(kept, from), changed);
        kept = to;
      }
      from = to;
      count += to === end ? 1 : perStep;
      if (count >= perStep) yield;
      count %= perStep;
    }
    at = quote === -1 ? text.length : endOfText(text, quote) + 1;
  }
  return [...parts, text.slice(kept)].join("");
}
const maxPiece = 20_000;

/** Place of the quote that ends the text which begins at `start`; the last place where there is none. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length - 1 : end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === 92) slashes++;
  return slashes % 2 === 1;
}

type Parent = Record<string, unknown> | unknown[];

function* putBack(holder: Parent, mark: string): Generator<void> {
  const left: Parent[] = [holder];
  let count = 0;
  /** The replacement of a value; undefined to keep it. */
  const instead = (value: unknown): WrittenNumber | number | undefined => {
    if (isParent(value)) left.push(value);
    if (typeof value !== "string" || !value.startsWith(mark)) return undefined;
    const text = value.slice(mark.length);
    const number = Number(text);
    return String(number) === text ? number : new WrittenNumber(text);
  };
  for (let parent = left.pop(); parent; parent = left.pop()) {
    // By index: collecting the keys first would dominate the cost.
    if (Array.isArray(parent)) {
      for (let at = 0; at < parent.length; at += 1) {
        const number = instead(parent[at]);
        if (number !== undefined) parent[at] = number;
        count += 1;
        if (count % perStep === 0) yield;
      }
      continue;
    }
    for (const key in parent) {
      const number = instead(parent[key]);
      if (number !== undefined) parent[key] = number;
      count += 1;
      if (count % perStep === 0) yield;
    }
  }
}

const isParent = (value: unknown): value is Parent => typeof value === "object" && value !== null;

/** The same value with plain numbers, for calculations. */
export function plainOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isWritten(value)) return Number(value.rawJSON);
  if (Array.isArray(value)) return value.map(plainOf);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainOf(inner)]));
}
