import { isFinal, stateTypes } from "../schema/state-types.ts";
import { toMs } from "../schema/times.ts";
import type { RunKind, Step, Value } from "./protocol.ts";

// How many runs there are by the time for which they were expected and by state, kept in the transaction of every
// change, so that no history and no count by state has to read the runs themselves.

/** What of a run its tallies depend on. Without a state it is tallied under two empty names. */
export interface Tallied {
  state_type: string | null;
  state_name: string | null;
  expected_start_time: string | null;
  start_time: string | null;
  total_run_time: number;
}

/**
 * The stretches of time that are tallied, by how many characters of a timestamp name one: a day, ten minutes and a
 * minute. Intervals that begin anywhere are put together from them.
 */
export const spans = [10, 15, 16] as const;
export const [daySpan] = spans;

/** Sums are whole microseconds in floating point: exact up to 285 years. */
const sums = ["runs", "run_time", "lateness", "waiting", "waited"] as const;
type Sums = [runs: number, runTime: number, lateness: number, waiting: number, waited: number];

interface Delta {
  key: readonly Value[];
  sums: Sums;
}

/** What one transaction changes in the tallies, written at its end in the order of the keys: nobody deadlocks. */
export class Tally {
  readonly #deltas = new Map<string, Delta>();

  /** `before` is null for a run that is made, `after` for one that is deleted. */
  move(kind: RunKind, before: Tallied | null, after: Tallied | null): void {
    if (before) this.#add(kind, before, -1);
    if (after) this.#add(kind, after, 1);
  }

  /** The statements that write it; nothing is left then. */
  steps(): Step[] {
    const changed = [...this.#deltas.entries()]
      .filter(([, delta]) => delta.sums.some((sum) => sum !== 0))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, delta]) => delta);
    this.#deltas.clear();
    const steps: Step[] = [];
    for (let at = 0; at < changed.length; at += maxRows) {
      const rows = changed.slice(at, at + maxRows);
      const values = rows.flatMap((delta) => [...delta.key, ...delta.sums]);
      steps.push({ sql: textOf(addSql, rows.length), values, reads: false });
    }
    const emptied = changed.filter(({ sums }) => sums[0] < 0).map(({ key }) => key);
    for (let at = 0; at < emptied.length; at += spans.length) {
      const some = emptied.slice(at, at + spans.length);
      steps.push({ sql: textOf(dropSql, some.length), values: some.flat(), reads: false });
    }
    return steps;
  }

  #add(kind: RunKind, run: Tallied, sign: 1 | -1): void {
    const { state_type: type, state_name: name, expected_start_time: expected } = run;
    const [runs, runTime, lateness, waiting, waited] = amountsOf(run);
    for (const span of expected === null ? [daySpan] : spans) {
      const start = expected?.slice(0, span) ?? "";
      const key = `${kind}\n${span}\n${start}\n${type ?? ""}\n${name ?? ""}`;
      const { sums } = this.#deltas.get(key) ?? this.#begun(key, [kind, span, start, type ?? "", name ?? ""]);
      const since = waiting > 0 ? waited - microseconds(start + spanRest.slice(span)) : 0;
      sums[0] += sign * runs;
      sums[1] += sign * runTime;
      sums[2] += sign * lateness;
      sums[3] += sign * waiting;
      sums[4] += sign * since;
    }
  }

  #begun(name: string, key: Value[]): Delta {
    const delta: Delta = { key, sums: [0, 0, 0, 0, 0] };
    this.#deltas.set(name, delta);
    return delta;
  }
}

const keys = ["kind", "span", "start", "state_type", "state_name"] as const;
/** Rows of one statement: what one transition changes, so that few texts are prepared. */
const maxRows = 2 * spans.length;

function addSql(rows: number): string {
  const places = `(${[...keys, ...sums].map(() => "?").join(", ")})`;
  const added = sums.map((sum) => `${sum} = run_tally.${sum} + excluded.${sum}`);
  return `insert into run_tally (${[...keys, ...sums].join(", ")}) values ${Array(rows).fill(places).join(", ")}
    on conflict (${keys.join(", ")}) do update set ${added.join(", ")}`;
}

/** Tallies of nothing would be read each time. */
function dropSql(rows: number): string {
  const isKey = `(${keys.map((key) => `${key} = ?`).join(" and ")})`;
  return `delete from run_tally where runs = 0 and (${Array(rows).fill(isKey).join(" or ")})`;
}

const texts = new Map<(rows: number) => string, string[]>();

/** The text for so many rows, made once. */
function textOf(make: (rows: number) => string, rows: number): string {
  const made = texts.get(make) ?? [];
  texts.set(make, made);
  made[rows] ??= make(rows);
  return made[rows];
}

const over: ReadonlySet<string> = new Set(stateTypes.filter(isFinal));

/** A run that has not started and is not over grows late as time passes: of those the moments are summed. */
function amountsOf(run: Tallied): Sums {
  const runTime = Math.floor(run.total_run_time * 1e6 + 0.5);
  const { expected_start_time: expected, start_time: start } = run;
  if (expected === null) return [1, runTime, 0, 0, 0];
  if (start !== null) return [1, runTime, Math.max(0, microseconds(start) - microseconds(expected)), 0, 0];
  if (run.state_type !== null && over.has(run.state_type)) return [1, runTime, 0, 0, 0];
  return [1, runTime, 0, 1, microseconds(expected)];
}

/** Completes the name of a span to the timestamp of its start. */
export const spanRest = "0000-01-01T00:00:00.000000Z";

/** Since the epoch, exactly: a fraction of milliseconds is known to a quarter of a microsecond. */
export const microseconds = (time: string): number => Math.round(toMs(time) * 1000);
