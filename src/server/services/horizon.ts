import type { FiresOptions } from "../../rules/schedules.ts";

// How far ahead the runs of a schedule are made.

/** Ascending instants in ms; see `fires` of the rules. */
export type FindFires = (options: FiresOptions) => number[] | Promise<number[]>;

export interface Horizon {
  from: number;
  /** At least so many, and at least so far, whichever is more … */
  minRuns: number;
  minMs: number;
  /** … but never more, and never later. */
  maxRuns: number;
  until: number;
}

const dayMs = 86_400_000;
const defaults = { minRuns: 3, minMs: 3_600_000, maxRuns: 100 };

export const defaultHorizon = (now: number, maxRuns: number | null): Horizon => ({
  ...defaults,
  from: now,
  until: now + 100 * dayMs,
  ...(maxRuns !== null && { maxRuns }),
});

/** The times that a schedule is due, as far as they have been looked for. */
export interface SearchedTimes {
  times: number[];
  /** Up to here, inclusive, there are no others. */
  searched: number;
}

/** What is due within the horizon. Continues from what is known, so that nothing is looked for twice. */
export async function lookAhead(
  find: FindFires,
  known: SearchedTimes,
  horizon: Horizon,
): Promise<SearchedTimes> {
  const { from, minRuns, minMs, maxRuns, until } = horizon;
  const soon = Math.min(from + minMs, until);
  let ahead = { ...known, times: known.times.filter((time) => time >= from) };
  ahead = await extend(find, ahead, { from, until: soon, limit: maxRuns - ahead.times.length });
  const isCovered = (ahead.times.at(-1) ?? from) >= soon;
  const lacking = Math.max(minRuns - ahead.times.length, isCovered ? 0 : 1);
  return extend(find, ahead, { from, until, limit: Math.min(lacking, maxRuns - ahead.times.length) });
}

interface TimeRange {
  from: number;
  until: number;
  limit: number;
}

async function extend(
  find: FindFires,
  ahead: SearchedTimes,
  { from, until, limit }: TimeRange,
): Promise<SearchedTimes> {
  const after = Math.max(from, ahead.searched + 1);
  if (limit <= 0 || after > until) return ahead;
  const found = await find({ after, limit, until });
  // As many as requested: more may follow the last one.
  const searched = found.length < limit ? until : (found.at(-1) ?? until);
  return { times: [...ahead.times, ...found], searched };
}
