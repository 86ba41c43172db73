/** Longer words are names, of which nobody mistypes so many letters. */
const longest = 100;

/**
 * The candidate that was probably meant by a mistyped word: at most a third of its letters left out, added, changed or
 * exchanged with their neighbour, without regard to case. Undefined when none is that close.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  if (lower.length > longest) return undefined;
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const most = Math.max(
      1,
      Math.floor(Math.max(lower.length, Math.min(other.length, lower.length + 2)) / 3),
    );
    if (Math.abs(other.length - lower.length) > most) continue;
    const distance = distanceOf(lower, other);
    if (distance <= most && (!best || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** `there is no state “faild”; did you mean failed?` Without a near one, the first candidates are listed. */
export function unknownWord(what: string, word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  const listed = candidates.length > mostListed ? [...candidates.slice(0, mostListed), "…"] : candidates;
  const hint = near !== undefined ? `did you mean ${near}?` : `expected ${listed.join(", ")}`;
  return candidates.length === 0 ? `there is no ${what} “${word}”` : `there is no ${what} “${word}”; ${hint}`;
}

const mostListed = 12;

/** Optimal string alignment: the edits of Levenshtein, and neighbours exchanged. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const isExchanged =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isExchanged ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, next];
  }
  return last[b.length] ?? 0;
}
