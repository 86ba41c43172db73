import { endOfString } from "./bodies.ts";

/**
 * The entries of a JSON list, each as its text, without reading them. "too long" stands for one of more than `most`
 * characters, "no list" for a text that is none; nothing comes after that.
 */
export function* entriesOf(text: string, most: number): Generator<string, void> {
  const open = text.search(/\S/);
  if (text[open] !== "[") return yield "no list";
  let start = open + 1;
  let depth = 1;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (at - start > most) return yield "too long";
    if (code === quote) at = endOfString(text, at);
    else if (code === openBracket || code === openBrace) depth += 1;
    else if (code === closeBracket || code === closeBrace) depth -= 1;
    if (depth === 0) {
      const isEnd = code === closeBracket && text.slice(at + 1).trim() === "";
      const last = text.slice(start, at);
      if (!isEnd) return yield "no list";
      // An empty entry is no JSON, but a list without any has none.
      if (start > open + 1 || last.trim() !== "") yield last;
      return;
    }
    if (depth === 1 && code === comma) {
      yield text.slice(start, at);
      start = at + 1;
    }
  }
  yield "no list";
}

const quote = 34;
const comma = 44;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
