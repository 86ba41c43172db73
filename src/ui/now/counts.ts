import type { HistoryInterval } from "../../schema/flow-runs.ts";
import { isFinal, type StateType } from "../../schema/states.ts";
import type { NowFigures } from "./figures.ts";

/** Runs of the history by what became of them. */
export interface Totals {
  completed: number;
  /** Failed or crashed. */
  failed: number;
  running: number;
  /** In a final state, whichever. */
  ended: number;
}

export const isFailure = (type: StateType): boolean => type === "FAILED" || type === "CRASHED";

export const totalsOf = (history: readonly HistoryInterval[]): Totals => ({
  completed: countOf(history, (type) => type === "COMPLETED"),
  failed: countOf(history, isFailure),
  running: countOf(history, (type) => type === "RUNNING"),
  ended: countOf(history, isFinal),
});

const countOf = (history: readonly HistoryInterval[], isMeant: (type: StateType) => boolean): number =>
  history
    .flatMap((interval) => interval.states)
    .reduce((sum, { state_type, count_runs }) => sum + (isMeant(state_type) ? count_runs : 0), 0);

const points = 24;

/** So many stretches of the history, one after the other. */
function stretches(history: readonly HistoryInterval[]): readonly (readonly HistoryInterval[])[] {
  const length = Math.max(1, Math.ceil(history.length / points));
  return Array.from({ length: Math.ceil(history.length / length) }, (_, at) =>
    history.slice(at * length, (at + 1) * length),
  );
}

export const failureTrend = (history: readonly HistoryInterval[]): number[] =>
  stretches(history).map((stretch) => totalsOf(stretch).failed);

/** Shares between 0 and 1; where nothing ended it is as it was before. */
export function completionTrend(history: readonly HistoryInterval[]): number[] {
  const trend: number[] = [];
  for (const stretch of stretches(history)) {
    const { completed, ended } = totalsOf(stretch);
    const share = ended > 0 ? completed / ended : trend.at(-1);
    if (share !== undefined) trend.push(share);
  }
  return trend;
}

/** Runs that wait: flow runs, and those that run and wait for a slot of a limit. */
export const waitingCount = ({ waiting, full_limits }: NowFigures): number =>
  waiting.count + sharedLimits(full_limits).reduce((sum, limit) => sum + limit.waiting, 0);

/** Limits of deployments hold back runs that have not started: these are among the waiting runs already. */
export const sharedLimits = (limits: NowFigures["full_limits"]) =>
  limits?.filter(({ deployment }) => deployment === null) ?? [];

/** `97.9 %`: only what is all is 100. */
export function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  const shown = share < 1 ? Math.min(99.9, rounded) : rounded;
  return `${Number.isInteger(shown) ? shown : shown.toFixed(1)} %`;
}

/** `+5 since yesterday` */
export function changed(now: number, before: number, than: string): string {
  const since = than === "yesterday" ? "since yesterday" : `on ${than}`;
  if (now === before) return than === "yesterday" ? "as many as yesterday" : `as many as ${than}`;
  return `${now > before ? "+" : "−"}${Math.abs(now - before).toLocaleString("en")} ${since}`;
}
