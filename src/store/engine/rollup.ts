import { isFinal, stateTypes } from "../../schema/state-types.ts";
import { toMs } from "../../schema/times.ts";
import type { RunKind, Step, Value } from "./protocol.ts";

// Counts of runs by expected start and state, updated in the transaction of every
// change, so that history and counts by state do not read the runs.

/** The fields of a run that its rollups depend on. Without a state it is counted under two empty names. */
export interface CountedRun {
  state_type: string | null;
  state_name: string | null;
  expected_start_time: string | null;
  start_time: string | null;
  total_run_time: number;
}

/**
 * The time spans of the counts, by the length of their timestamp prefix: a day, ten minutes and a
 * minute. Arbitrary intervals are composed of them.
 */
export const spans = [10, 15, 16] as const;
export const [daySpan, , minuteSpan] = spans;

/** Sums are whole microseconds in floating point: exact up to 285 years. */
const sums = ["runs", "run_time", "lateness", "waiting", "waited"] as const;
type Sums = [runs: number, runTime: number, lateness: number, waiting: number, waited: number];

/** The change of the counts of one minute and state. */
interface Delta {
  kind: RunKind;
  /** The timestamp prefix of the minute; empty for runs without an expected start. */
  minute: string;
  type: string;
  name: string;
  sums: Sums;
}

/** Rollup changes of one transaction, written at its end in key order, which rules out deadlocks. */
export class Rollup {
  readonly #deltas = new Map<string, Delta>();

  /** `before` is null for a created run, `after` for a deleted one. */
  move(kind: RunKind, before: CountedRun | null, after: CountedRun | null): void {
    if (before) this.#add(kind, before, -1);
    if (after) this.#add(kind, after, 1);
  }

  /** Returns the writing statements and clears the changes. */
  steps(): Step[] {
    const changed = [...rowsOf(this.#deltas.values())]
      .filter(([, { sums }]) => sums.some((sum) => sum !== 0))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, row]) => row);
    this.#deltas.clear();
    const steps: Step[] = [];
    for (let at = 0; at < changed.length; at += maxRows) {
      const rows = changed.slice(at, at + maxRows);
      const values = rows.flatMap((row) => [...row.key, ...row.sums]);
      steps.push({ sql: textOf(addSql, rows.length), values, reads: false });
    }
    const emptied = changed.filter(({ sums }) => sums[0] < 0).map(({ key }) => key);
    for (let at = 0; at < emptied.length; at += spans.length) {
      const some = emptied.slice(at, at + spans.length);
      steps.push({ sql: textOf(dropSql, some.length), values: some.flat(), reads: false });
    }
    return steps;
  }

  #add(kind: RunKind, run: CountedRun, sign: 1 | -1): void {
    const [type, name] = [run.state_type ?? "", run.state_name ?? ""];
    const minute = run.expected_start_time?.slice(0, minuteSpan) ?? "";
    const key = `${kind}\n${minute}\n${type}\n${name}`;
    const known = this.#deltas.get(key);
    const delta = known ?? { kind, minute, type, name, sums: [0, 0, 0, 0, 0] };
    if (!known) this.#deltas.set(key, delta);
    add(delta.sums, amountsOf(run, minute), sign);
  }
}

interface Row {
  key: Value[];
  sums: Sums;
}

/** The rows of all spans that contain the minutes, by key. */
function rowsOf(deltas: Iterable<Delta>): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { kind, minute, type, name, sums } of deltas) {
    if (sums.every((sum) => sum === 0)) continue;
    for (const span of minute === "" ? [daySpan] : spans) {
      const start = minute.slice(0, span);
      const key = `${kind}\n${span}\n${start}\n${type}\n${name}`;
      const row = rows.get(key) ?? { key: [kind, span, start, type, name], sums: [0, 0, 0, 0, 0] };
      rows.set(key, row);
      const [runs, runTime, lateness, waiting, waited] = sums;
      const later = waiting === 0 ? 0 : waiting * (beginOf(minute) - beginOf(start));
      add(row.sums, [runs, runTime, lateness, waiting, waited + later], 1);
    }
  }
  return rows;
}

function add(sums: Sums, [runs, runTime, lateness, waiting, waited]: Sums, sign: 1 | -1): void {
  sums[0] += sign * runs;
  sums[1] += sign * runTime;
  sums[2] += sign * lateness;
  sums[3] += sign * waiting;
  sums[4] += sign * waited;
}

const keys = ["kind", "span", "start", "state_type", "state_name"] as const;
/** Rows per statement: those of one transition, so that few statements are prepared. */
const maxRows = 2 * spans.length;

function addSql(rows: number): string {
  const places = `(${[...keys, ...sums].map(() => "?").join(", ")})`;
  const added = sums.map((sum) => `${sum} = run_tally.${sum} + excluded.${sum}`);
  return `insert into run_tally (${[...keys, ...sums].join(", ")}) values ${Array(rows).fill(places).join(", ")}
    on conflict (${keys.join(", ")}) do update set ${added.join(", ")}`;
}

/** Empty rollups would be read each time. */
function dropSql(rows: number): string {
  const isKey = `(${keys.map((key) => `${key} = ?`).join(" and ")})`;
  return `delete from run_tally where runs = 0 and (${Array(rows).fill(isKey).join(" or ")})`;
}

const texts = new Map<(rows: number) => string, string[]>();

/** The statement for a number of rows, built once. */
function textOf(make: (rows: number) => string, rows: number): string {
  const made = texts.get(make) ?? [];
  texts.set(make, made);
  made[rows] ??= make(rows);
  return made[rows];
}

const over: ReadonlySet<string> = new Set(stateTypes.filter(isFinal));

/** The lateness of waiting runs grows with time: for them the expected starts are summed, relative to the span. */
function amountsOf(run: CountedRun, minute: string): Sums {
  const runTime = Math.floor(run.total_run_time * 1e6 + 0.5);
  const { expected_start_time: expected, start_time: start } = run;
  if (expected === null) return [1, runTime, 0, 0, 0];
  if (start !== null) return [1, runTime, Math.max(0, microseconds(start) - microseconds(expected)), 0, 0];
  if (run.state_type !== null && over.has(run.state_type)) return [1, runTime, 0, 0, 0];
  return [1, runTime, 0, 1, microseconds(expected) - beginOf(minute)];
}

/** Start of a span, in microseconds since the epoch. */
const beginOf = (start: string): number => microseconds(start + spanRest.slice(start.length));

/** Completes the name of a span to the timestamp of its start. */
export const spanRest = "0000-01-01T00:00:00.000000Z";

/** Microseconds since the epoch, exact: milliseconds as floats are precise to a quarter of a microsecond. */
export const microseconds = (time: string): number => Math.round(toMs(time) * 1000);
