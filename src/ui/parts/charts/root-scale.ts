/** The share of the height that a count takes where heights are square roots. */
export const rootShare = (count: number, most: number): number => Math.sqrt(Math.max(0, count) / most);

/** Between two lines with their numbers, in pixels. */
const apart = 22;

/** Round counts for the lines of a chart, none so close to the next that their numbers touch; highest first. */
export function countMarks(most: number, height: number): number[] {
  const marks: number[] = [];
  let above = Number.POSITIVE_INFINITY;
  for (const count of roundCounts(most)) {
    const at = rootShare(count, most) * height;
    if (above - at < apart || at < apart) continue;
    marks.push(count);
    above = at;
  }
  return marks;
}

/** 1, 2, 5, 10, 20, 50 … up to `most`, highest first. */
function roundCounts(most: number): number[] {
  const counts: number[] = [];
  for (let power = 1; power <= most; power *= 10)
    for (const digit of [1, 2, 5]) if (digit * power <= most) counts.push(digit * power);
  return counts.toReversed();
}
