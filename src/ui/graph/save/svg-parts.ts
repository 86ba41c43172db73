import type { PathSink } from "../canvas/edge-path.ts";
import type { Rect } from "../scene.ts";

// What the documents of saved pictures are made of.

const family = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";
/** The width of a character for the size of the text: of a strong one, and of a plain one. */
const strongWidth = 0.56;
const plainWidth = 0.5;

/** A document that needs nothing else: text stays text. */
export const documentOf = (
  { x, y, width, height }: Rect,
  title: string,
  content: readonly string[],
): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${[x, y, width, height].map(short).join(" ")}" font-family="${family}" role="img">`,
    `<title>${escaped(title)}</title>`,
    ...content,
    "</svg>",
  ].join("\n");

interface Look {
  fill: string;
  stroke?: string;
  rx?: number;
  opacity?: number;
}

/** A box, with round corners and a border where they are given. */
export function rect({ x, y, width, height }: Rect, { fill, stroke, rx, opacity }: Look): string {
  const more = [
    stroke && ` stroke="${stroke}"`,
    rx && ` rx="${rx}"`,
    opacity && ` fill-opacity="${opacity}"`,
  ];
  return `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${fill}"${more.filter(Boolean).join("")}/>`;
}

interface Text {
  x: number;
  y: number;
  size: number;
  weight: number;
  fill: string;
  /** A longer one is cut. */
  room: number;
}

/** A line of text, cut where it is longer than its room. */
export function text(content: string, { x, y, size, weight, fill, room }: Text): string {
  const most = Math.max(1, Math.floor(room / (size * (weight > 400 ? strongWidth : plainWidth))));
  const shown = content.length > most ? `${content.slice(0, most - 1)}…` : content;
  return `<text x="${short(x)}" y="${short(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escaped(shown)}</text>`;
}

/** The characters of XML: no controls, and no halves of pairs. */
function isCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code < 0xd800 || (code > 0xdfff && code !== 0xfffe && code !== 0xffff);
}

/** Names come from anywhere; what is no character of XML is left out. */
export const escaped = (content: string): string =>
  [...content]
    .filter(isCharacter)
    .join("")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

export const short = (value: number): string => String(Math.round(value * 10) / 10);

/** Writes the `d` of a path. */
export class PathText implements PathSink {
  text = "";
  moveTo(...point: number[]): void {
    this.#add("M", point);
  }
  lineTo(...point: number[]): void {
    this.#add("L", point);
  }
  quadraticCurveTo(...points: number[]): void {
    this.#add("Q", points);
  }
  bezierCurveTo(...points: number[]): void {
    this.#add("C", points);
  }
  closePath(): void {
    this.text += "Z";
  }
  #add(command: string, numbers: readonly number[]): void {
    this.text += command + numbers.map(short).join(" ");
  }
}
