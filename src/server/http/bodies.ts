import type { Context } from "hono";
import { problem } from "../../schema/problems.ts";

const megabyte = 1024 * 1024;
const bulkBytes = 16 * megabyte;
const maxDepth = 200;

export interface BodyLimits {
  /** Bytes of a request; of one that comes in bulk. */
  regular: number;
  bulk: number;
}
export const bodyLimits = (maxBodyMegabytes: number): BodyLimits => ({
  regular: maxBodyMegabytes * megabyte,
  bulk: Math.max(bulkBytes, maxBodyMegabytes * megabyte),
});

/** Reads the text of a request's body up to its limit. */
export async function bodyText(c: Context, max: number): Promise<string> {
  const length = Number(c.req.header("content-length") ?? 0);
  if (length > max) throw tooLarge(max);
  // Chunked: the length is known only while reading.
  const isChunked = c.req.header("transfer-encoding") !== undefined;
  const text = isChunked ? await gathered(c.req.raw.body, max) : await c.req.text();
  if (text.length > max) throw tooLarge(max);
  return text;
}

async function gathered(body: ReadableStream<Uint8Array> | null, max: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.length;
    if (length > max) throw tooLarge(max);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

const tooLarge = (max: number) => problem("too-large", `Expected a request of at most ${sizeOf(max)}.`);

const sizeOf = (bytes: number): string =>
  bytes < megabyte / 20
    ? `${Math.round(bytes / 1024)} kB`
    : `${Math.round((bytes / megabyte) * 100) / 100} MB`;

/** Whether a text of JSON nests deeper than anything that recurses into it could bear. */
export function isTooDeep(text: string): boolean {
  // Each level takes two characters at least.
  if (text.length < maxDepth * 2) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openBracket || code === openBrace) {
      if (++depth > maxDepth) return true;
    } else if (code === closeBracket || code === closeBrace) depth--;
  }
  return false;
}
export const tooDeep = `expected JSON of at most ${maxDepth} levels`;

const quote = 34;
const colon = 58;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

const maxKeys = 100_000;
export const tooManyKeys = `expected at most ${maxKeys} keys in all objects together`;

/** Whether a text of JSON has more keys than can be read at once: each takes a microsecond where they are all different. */
export function hasTooManyKeys(text: string): boolean {
  // Each takes four characters at least.
  if (text.length < maxKeys * 4) return false;
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === colon && ++keys > maxKeys) return true;
  }
  return false;
}

/** Place of the quote that ends the string which begins at `start`. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++;
  return slashes % 2 === 1;
}
