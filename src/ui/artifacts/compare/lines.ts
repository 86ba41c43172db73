/** A line of two texts laid over each other; numbers count from 1, in the text that has the line. */
export interface Line {
  kind: "same" | "removed" | "added";
  text: string;
  before: number | undefined;
  after: number | undefined;
}

/** Steps apart that are looked for; texts that differ more are shown as one block in place of another. */
const mostApart = 1_000;

/** The shortest way from one list to the other, by lines that go and lines that come. */
export function differenceOf(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const rest = Math.min(before.length, after.length) - start;
  while (end < rest && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const middle = changes(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const same = (lines: readonly string[]): Change[] => lines.map((text) => ({ kind: "same", text }));
  return numbered([...same(before.slice(0, start)), ...middle, ...same(end === 0 ? [] : before.slice(-end))]);
}

type Change = Pick<Line, "kind" | "text">;

function numbered(list: readonly Change[]): Line[] {
  let [before, after] = [0, 0];
  return list.map(({ kind, text }) => {
    if (kind !== "added") before += 1;
    if (kind !== "removed") after += 1;
    return {
      ...{ kind, text },
      before: kind === "added" ? undefined : before,
      after: kind === "removed" ? undefined : after,
    };
  });
}

/**
 * Myers' greedy algorithm: on the diagonal k one gets as far as `furthest` says into `before`; what was known at each step
 * is kept to walk back along.
 */
function changes(before: readonly string[], after: readonly string[]): Change[] {
  const most = Math.min(before.length + after.length, mostApart);
  const furthest = new Diagonals(most, new Int32Array(2 * most + 3));
  const found: Diagonals[] = [];
  for (let steps = 0; steps <= most; steps += 1) {
    found.push(furthest.around(steps));
    for (let k = -steps; k <= steps; k += 2) {
      let x = furthest.isDown(k, steps) ? furthest.at(k + 1) : furthest.at(k - 1) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x += 1;
      furthest.set(k, x);
      if (x >= before.length && x - k >= after.length) return walkBack(found, before, after);
    }
  }
  return [
    ...before.map((text): Change => ({ kind: "removed", text })),
    ...after.map((text): Change => ({ kind: "added", text })),
  ];
}

/** Numbers by diagonal, from -reach - 1 to reach + 1. */
class Diagonals {
  readonly #reach: number;
  readonly #values: Int32Array;

  constructor(reach: number, values: Int32Array) {
    this.#reach = reach;
    this.#values = values;
  }

  at(k: number): number {
    return this.#values[k + this.#reach + 1] ?? 0;
  }

  set(k: number, x: number): void {
    this.#values[k + this.#reach + 1] = x;
  }

  around(reach: number): Diagonals {
    const middle = this.#reach + 1;
    return new Diagonals(reach, this.#values.slice(middle - reach - 1, middle + reach + 2));
  }

  /** Whether the step onto this diagonal takes a line of `after`, rather than leaving one of `before`. */
  isDown(k: number, steps: number): boolean {
    return k === -steps || (k !== steps && this.at(k - 1) < this.at(k + 1));
  }
}

function walkBack(
  found: readonly Diagonals[],
  before: readonly string[],
  after: readonly string[],
): Change[] {
  const list: Change[] = [];
  let [x, y] = [before.length, after.length];
  for (const [steps, furthest] of [...found.entries()].reverse()) {
    const k = x - y;
    const isAdded = furthest.isDown(k, steps);
    const from = isAdded ? k + 1 : k - 1;
    const [startX, startY] = steps === 0 ? [0, 0] : [furthest.at(from), furthest.at(from) - from];
    while (x > startX && y > startY && before[x - 1] === after[y - 1]) {
      list.push({ kind: "same", text: before[x - 1] ?? "" });
      [x, y] = [x - 1, y - 1];
    }
    if (steps === 0) break;
    if (isAdded) list.push({ kind: "added", text: after[y - 1] ?? "" });
    else list.push({ kind: "removed", text: before[x - 1] ?? "" });
    [x, y] = [startX, startY];
  }
  return list.reverse();
}
