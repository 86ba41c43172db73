import type { Rect } from "../scene.ts";
import type { Paints } from "../tones.ts";

/** Browsers make no larger canvas. */
const mostSide = 8_192;
const mostPixels = 32_000_000;

/** How many pixels a unit of the graph is: two, or less where the picture would be too large. */
export const scaleFor = ({ width, height }: Pick<Rect, "width" | "height">): number =>
  Math.min(2, mostSide / Math.max(width, height), Math.sqrt(mostPixels / (width * height)));

/** An SVG document as a PNG. Throws where the browser cannot draw it. */
export async function pngOf(svg: string, size: Pick<Rect, "width" | "height">): Promise<Blob> {
  const scale = scaleFor(size);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(size.width * scale));
  canvas.height = Math.max(1, Math.floor(size.height * scale));
  const context = canvas.getContext("2d");
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    context?.drawImage(image, 0, 0, canvas.width, canvas.height);
  } finally {
    URL.revokeObjectURL(address);
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The browser made no picture."))),
      "image/png",
    ),
  );
}

/** The same colours as red, green and blue: programs that open an SVG know no others. */
export function plainPaints(paints: Paints): Paints {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1, 1];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const plain = (color: string): string => {
    if (!context) return color;
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  };
  const { tone, ...others } = paints;
  const made = { ...paints, tone: { ...tone } };
  for (const [name, color] of Object.entries(others)) Reflect.set(made, name, plain(color));
  for (const [name, color] of Object.entries(tone)) Reflect.set(made.tone, name, plain(color));
  return made;
}
