import type { Hit } from "./palette-hits.tsx";

export interface HitGroup {
  heading: string;
  hits: readonly Hit[];
}

/** The groups with what fits the text, the best first; without a text, everything in its own order. */
export function inOrder(hits: readonly Hit[], text: string): HitGroup[] {
  const scored = hits.map((hit) => ({ hit, score: scoreOf(hit, text) })).filter(({ score }) => score > 0);
  const sorted = text === "" ? scored : scored.toSorted((a, b) => b.score - a.score);
  const groups = Map.groupBy(sorted, ({ hit }) => hit.group);
  return [...groups].map(([heading, members]) => ({ heading, hits: members.map(({ hit }) => hit) }));
}

/** A whole name comes before its beginning, that before the beginning of a word, that before any other place. */
function scoreOf({ name, isTarget = false }: Hit, text: string): number {
  const [whole, part] = [name.toLowerCase(), text.toLowerCase()];
  if (part === "" || whole === part) return 5;
  if (whole.startsWith(part)) return 4;
  if (whole.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(part))) return 3;
  if (whole.includes(part)) return 2;
  return isTarget || isInOrder(whole, part) ? 1 : 0;
}

/** Whether all letters come in this order, as `swth` in `switch theme`. */
function isInOrder(whole: string, part: string): boolean {
  let at = -1;
  return [...part].every((letter) => {
    at = whole.indexOf(letter, at + 1);
    return at >= 0;
  });
}
