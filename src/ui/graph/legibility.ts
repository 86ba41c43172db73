/** Sizes of text on cards, in CSS pixels at a zoom of 1; the classes of `cards/context.ts` say the same. */
const nameSize = 13;
const moreSize = 11.5;
/** On the screen no label is smaller, however small its card is drawn. */
export const leastLabel = 11;
/** Of a card: stripe, icon and padding beside the name. */
const beside = 46;
const meanCharacter = 0.57;

/** Below this zoom a card has room for its name alone. */
export const detailZoom = 0.74;

/** The smallest text on a card that is drawn at this zoom, in pixels of the screen. */
export function labelSize(zoom: number): number {
  const sizes = zoom < detailZoom ? [nameSize] : [nameSize, moreSize];
  return Math.min(...sizes.map((size) => Math.max(size * zoom, leastLabel)));
}

/** How many characters of its name a card of this width shows; all of it is in its title. */
export const nodeLabel = (width: number, zoom: number): number =>
  (width - beside) / (Math.max(nameSize, leastLabel / zoom) * meanCharacter);
