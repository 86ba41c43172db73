import { settled } from "./terminal.ts";

/** A stretch of a log line with one style. */
export interface Piece {
  text: string;
  color: AnsiColor | undefined;
  background: AnsiColor | undefined;
  /** Colour and background change places. */
  inverse: boolean;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  href: string | undefined;
}

const colors = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
export type AnsiColor = (typeof colors)[number];

const plain = {
  ...{ color: undefined, background: undefined, inverse: false },
  bold: false,
  dim: false,
  italic: false,
  underline: false,
};
type Style = Omit<Piece, "text" | "href">;

const esc = String.fromCharCode(27);
const bell = String.fromCharCode(7);
// Colours (CSI … m), other sequences, which move the cursor, and links (OSC 8).
const sequence = new RegExp(
  `${esc}\\[([\\d;]*)m|${esc}\\[[\\d;?]*[A-Za-ln-z]|${esc}\\]8;[^;]*;([^${bell}${esc}]*)(?:${bell}|${esc}\\\\)`,
  "g",
);
const address = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g;

/** Reads the colours of a terminal and finds addresses. Text without either is one piece. */
export function piecesOf(raw: string): Piece[] {
  const text = settled(raw);
  if (!text.includes(esc)) return linked(text, plain, undefined);
  const pieces: Piece[] = [];
  let style: Style = plain;
  let href: string | undefined;
  let last = 0;
  for (const match of text.matchAll(sequence)) {
    pieces.push(...linked(text.slice(last, match.index), style, href));
    last = match.index + match[0].length;
    if (match[1] !== undefined) style = changed(style, match[1]);
    else if (match[2] !== undefined) href = match[2] || undefined;
  }
  return [...pieces, ...linked(text.slice(last), style, href)];
}

/** As it is read on the screen. */
export const withoutAnsi = (text: string): string => settled(text).replace(sequence, "");

function changed(style: Style, codes: string): Style {
  let next = style;
  const list = codes === "" ? [0] : codes.split(";").map(Number);
  for (let place = 0; place < list.length; place++) {
    const code = list[place] ?? 0;
    if (code === 38 || code === 48) {
      const key = code === 38 ? "color" : "background";
      next = { ...next, [key]: extended(list.slice(place + 1)) ?? next[key] };
      place += list[place + 1] === 5 ? 2 : 4;
      continue;
    }
    next = { ...next, ...effect(code) };
  }
  return next;
}

function effect(code: number): Partial<Style> {
  if (code === 0) return plain;
  if (code === 1) return { bold: true };
  if (code === 2) return { dim: true };
  if (code === 3) return { italic: true };
  if (code === 4) return { underline: true };
  if (code === 7) return { inverse: true };
  if (code === 27) return { inverse: false };
  if (code === 22) return { bold: false, dim: false };
  if (code === 23) return { italic: false };
  if (code === 24) return { underline: false };
  if (code === 39) return { color: undefined };
  if (code === 49) return { background: undefined };
  if (code >= 30 && code <= 37) return { color: colors[code - 30] };
  if (code >= 90 && code <= 97) return { color: colors[code - 90] };
  if (code >= 40 && code <= 47) return { background: colors[code - 40] };
  if (code >= 100 && code <= 107) return { background: colors[code - 100] };
  return {};
}

/** Of the 256 colours the nearest of our eight, so that each can be read on either theme. */
function extended([kind, a = 0, b = 0, c = 0]: readonly number[]): AnsiColor | undefined {
  if (kind === 2) return nearest(a, b, c);
  if (kind !== 5) return undefined;
  if (a < 16) return colors[a % 8];
  if (a >= 232) return "white";
  const cube = a - 16;
  return nearest(Math.floor(cube / 36) * 51, (Math.floor(cube / 6) % 6) * 51, (cube % 6) * 51);
}

function nearest(red: number, green: number, blue: number): AnsiColor | undefined {
  const middle = (Math.max(red, green, blue) + Math.min(red, green, blue)) / 2;
  if (Math.max(red, green, blue) - Math.min(red, green, blue) < 40) return "white";
  return colors[(red > middle ? 1 : 0) + (green > middle ? 2 : 0) + (blue > middle ? 4 : 0)];
}

function linked(text: string, style: Style, href: string | undefined): Piece[] {
  if (text === "") return [];
  if (href) return [{ ...style, text, href: /^https?:/.test(href) ? href : undefined }];
  const pieces: Piece[] = [];
  let last = 0;
  for (const match of text.matchAll(address)) {
    if (match.index > last) pieces.push({ ...style, text: text.slice(last, match.index), href: undefined });
    pieces.push({ ...style, text: match[0], href: match[0] });
    last = match.index + match[0].length;
  }
  if (last < text.length) pieces.push({ ...style, text: text.slice(last), href: undefined });
  return pieces;
}
