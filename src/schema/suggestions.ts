// Suggestions for unknown names.

/** A longer one is compared by its beginning: the work grows with the square of it. */
const maxLength = 60;

/**
 * The one of `names` that is most like `given`: the same but for case, `-`, `_` and spaces, one a few typing errors away (a
 * third of its letters at most), else, but without `byPart`, one that begins or ends with it or that it begins or ends with.
 * Undefined when none is.
 */
export function nearest(
  input: string,
  names: Iterable<string>,
  { byPart = true }: { byPart?: boolean } = {},
): string | undefined {
  const wanted = plain(input);
  if (wanted === "") return undefined;
  let best: { name: string; distance: number } | undefined;
  for (const name of names) {
    const distance = distanceBetween(wanted, plain(name));
    if (!byPart && distance >= maxLength) continue;
    if (distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name, distance };
  }
  return best?.name;
}

/** `there is no state “faild”; did you mean failed?` Without a near one, the first candidates are listed. */
export function unknownWord(what: string, word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  const listed = candidates.length > maxListed ? [...candidates.slice(0, maxListed), "…"] : candidates;
  const hint = near !== undefined ? `did you mean ${near}?` : `expected ${listed.join(", ")}`;
  return candidates.length === 0 ? `there is no ${what} “${word}”` : `there is no ${what} “${word}”; ${hint}`;
}

const maxListed = 12;

const plain = (name: string): string =>
  name
    .slice(0, maxLength)
    .toLowerCase()
    .replaceAll(/[\s_-]/g, "");

/** Infinite for unrelated names. */
function distanceBetween(wanted: string, name: string): number {
  if (wanted === name) return 0;
  const allowed = Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 3));
  const errors = typingErrors(wanted, name);
  if (errors <= allowed) return errors;
  const [short, long] = wanted.length < name.length ? [wanted, name] : [name, wanted];
  // Worse than any typing error: `timeout_seconds` is still most like `timeout`, and `flow_run_name` like `runName`.
  const isPart = short.length >= 3 && (long.startsWith(short) || long.endsWith(short));
  return isPart ? maxLength + long.length - short.length : Number.POSITIVE_INFINITY;
}

/** Letters to insert, drop, change or swap with their neighbour (optimal string alignment). */
function typingErrors(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const now = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      now.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (now[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, last] = [last, now];
  }
  return last[other.length] ?? 0;
}
