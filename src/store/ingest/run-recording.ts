import { type Attempts, attemptsIn } from "../../schema/attempt-tokens.ts";
import { isFailed, type StateType } from "../../schema/state-types.ts";
import { grouped, type UnnumberedGroup } from "../engine/change-groups.ts";
import { failedRunOf } from "../engine/event-rows.ts";
import type { LoggedChange, Recorded, SentEvent, Step, Value } from "../engine/protocol.ts";
import { type CountedRun, Rollup } from "../engine/rollup.ts";
import { expectedAt, merged, startAt, totalAt } from "./recorded-columns.ts";

// Applies the events of a batch to task runs, equally for all databases: the newest state wins, order and
// repetition do not matter. Each database implements reading and writing of runs.

type Moment = { timestamp: string; type: string };
/** The run and the state that an event reports. */
export type Entry = Recorded & Moment & { state_id: string };

/** A task run as stored. */
export interface StoredRun extends Moment {
  id: string;
  stateId: string;
  flowRunId: string | null;
  expected: Value;
  start: Value;
  counted: CountedRun;
  /** The state was inferred from missing heartbeats: any state reported by the process replaces it. */
  isInferred: boolean;
}

/** The columns of a flow run that its task runs need. */
export interface StoredFlowRun {
  attempts: Attempts;
  isOver: boolean;
}

/** A task run while its batch is written: its stored row and its newest events. */
interface Pending {
  id: string;
  flowRunId: string | null;
  stored: StoredRun | undefined;
  newest: Entry;
  /** Time of its oldest event: the expected start, if no event has one. */
  first: string;
  values: Value[];
}

/** Reads and writes runs; each method is called once per row. */
export interface RunRows {
  /** Found by its id, or by its flow run and keys. */
  stored(entry: Entry): StoredRun | undefined;
  flowRun(id: string): StoredFlowRun | undefined;
  /** Withdraws the inferred state of a run; returns the run as it was before, if it is known. */
  withdraw(run: StoredRun): StoredRun | undefined;
  /** Values of `insertTaskRunStateSql`. */
  insertState(values: readonly Value[]): void;
  /** Values of `insertFailureSql`. */
  insertFailure(values: readonly Value[]): void;
  /** Values of `insertRunSql`. */
  insertRun(values: readonly Value[]): void;
  /** The id, type, name and time of the state, and the values in the order of `recordedColumns`. */
  updateRun(stored: StoredRun, state: readonly Value[], values: readonly Value[]): void;
  /** Increments its version only. */
  touchRun(id: string): void;
  /** The row after the write. */
  wrote(run: StoredRun): void;
}

/** Columns of a row that `storedRunOf` reads. */
export const storedColumns = `task_run.id, task_run.flow_run_id, state_timestamp, state_type, state_name, expected_start_time, start_time,
  total_run_time, state_id, case when state_type = 'CRASHED' then (select state_details from task_run_state as crash
    where crash.task_run_id = task_run.id and crash.timestamp = state_timestamp and crash.id = state_id) end as crash`;

export function storedRunOf(row: readonly Value[]): StoredRun {
  const [id, flowRun, timestamp, type = null, name = null, expected = null, start = null, total = 0] = row;
  const [stateId, crash] = row.slice(8);
  return {
    id: String(id),
    stateId: String(stateId ?? ""),
    flowRunId: typeof flowRun === "string" ? flowRun : null,
    timestamp: String(timestamp ?? ""),
    type: String(type ?? ""),
    expected,
    start,
    counted: countedOf({ type, name, expected, start, total }),
    isInferred: typeof crash === "string" && crash.includes('"inferred_after"'),
  };
}

const flowRunColumns = "id, attempt_tokens, state_type";
export const flowRunSql = (which: string) => `select ${flowRunColumns} from flow_run where id ${which}`;
export const storedFlowRunOf = ([, tokens, type]: readonly Value[]): StoredFlowRun => ({
  attempts: attemptsIn(typeof tokens === "string" ? tokens : null),
  isOver: isOver(String(type ?? "")),
});

/** Order of state types in the life cycle; decides between states of the same microsecond. */
const stages: Record<StateType, number> = {
  ...{ SCHEDULED: 0, PENDING: 1, RUNNING: 2, PAUSED: 2, CANCELLING: 2 },
  ...{ COMPLETED: 3, FAILED: 3, CANCELLED: 3, CRASHED: 3 },
};
const stage = new Map<string, number>(Object.entries(stages));
export const isOver = (type: string): boolean => stage.get(type) === 3;

/** The effects of one batch on runs and change log. */
export class RunRecording {
  readonly #rows: RunRows;
  readonly #received: string;
  readonly #pending = new Map<string, Pending | null>();
  readonly #byKey = new Map<string, Pending>();
  readonly #changes: Omit<LoggedChange, "seq">[] = [];
  readonly #rollup = new Rollup();

  constructor(rows: RunRows, received: string) {
    this.#rows = rows;
    this.#received = received;
  }

  /** Adds a new event and its record, if any. */
  add(event: SentEvent, record: Recorded | undefined): void {
    if (record) this.#record({ ...record, state_id: event.id, timestamp: event.occurred });
    const failedRun = failedRunOf(event);
    if (failedRun !== null) this.#change("errors", "created", event.id, failedRun);
  }

  /** Writes the runs; returns the remaining writes. */
  finish(): { changes: UnnumberedGroup[]; rollup: Step[] } {
    for (const pending of new Set(this.#pending.values())) if (pending) this.#write(pending);
    return { changes: grouped(this.#changes), rollup: this.#rollup.steps() };
  }

  #record(record: Entry): void {
    const known = this.#pending.get(record.id);
    const pending = known === undefined ? this.#find(record) : known;
    if (known === undefined) this.#pending.set(record.id, pending);
    if (!pending) return;
    this.#insertState(record, pending.id);
    if (pending.newest === record) return;
    const newer = isNewer(record, pending.newest);
    pending.values = newer ? merged(record.values, pending.values) : merged(pending.values, record.values);
    if (newer) pending.newest = record;
    if (record.timestamp < pending.first) pending.first = record.timestamp;
  }

  #insertState(record: Entry, taskRunId: string): void {
    // When found under another id than the event's, the state details need their owner.
    const isTold = record.id === taskRunId;
    const owner = { task_run_id: taskRunId, flow_run_id: record.flow_run_id };
    const details = isTold
      ? record.state_details
      : JSON.stringify({ ...JSON.parse(record.state_details), ...owner });
    const { state_id, timestamp, type, name, message, data, flow_run_id } = record;
    const told = isTold ? 1 : 0;
    this.#rows.insertState([state_id, taskRunId, timestamp, type, name, message, data, details, told]);
    if (!isFailed(record.type)) return;
    this.#rows.insertFailure([state_id, "task-run", taskRunId, flow_run_id, timestamp, this.#received]);
  }

  /** The run of the event, stored or new; null when its flow run is deleted, so that it is not recreated. */
  #find(record: Entry): Pending | null {
    const key = keyOf(record);
    const sameKey = record.flow_run_id && this.#byKey.get(key);
    if (sameKey) return sameKey;
    const stored = this.#yielding(record, this.#rows.stored(record));
    if (!stored && record.flow_run_id && !this.#rows.flowRun(record.flow_run_id)) return null;
    const pending = (stored && this.#pending.get(stored.id)) ?? pendingOf(record, stored);
    if (record.flow_run_id) this.#byKey.set(key, pending);
    return pending;
  }

  /**
   * The server had inferred a crash, and the process reports again: the inferred state is withdrawn, also for reports with
   * earlier times. If the flow run itself still counts as crashed, only final states do that: nothing would end the others.
   */
  #yielding(record: Entry, stored: StoredRun | undefined): StoredRun | undefined {
    if (!stored?.isInferred || record.attempt === null || record.flow_run_id === null) return stored;
    const flowRun = this.#rows.flowRun(record.flow_run_id);
    if (flowRun?.attempts.current !== record.attempt) return stored;
    if (flowRun.isOver && !isOver(record.type)) return stored;
    const before = this.#rows.withdraw(stored);
    if (!before) return stored;
    this.#rollup.move("task_run", stored.counted, before.counted);
    return before;
  }

  #write(pending: Pending): void {
    const { id, flowRunId, stored, newest } = pending;
    if (!stored) this.#insert(pending);
    else if (isNewer(newest, stored)) this.#update(pending, stored);
    else this.#rows.touchRun(id);
    this.#change("task-runs", stored ? "updated" : "created", id, flowRunId);
  }

  #insert({ id, flowRunId, newest, values, first }: Pending): void {
    const expected = values[expectedAt] ?? first;
    const { state_id, type, name, timestamp } = newest;
    const keys = [flowRunId, newest.task_key, newest.dynamic_key, state_id, type, name, timestamp];
    const times = [this.#received, this.#received];
    this.#rows.insertRun([id, ...times, ...keys, ...values.with(expectedAt, expected)]);
    const start = values[startAt] ?? null;
    const counted = countedOf({ type, name, expected, start, total: values[totalAt] ?? 0 });
    this.#rollup.move("task_run", null, counted);
    const written = { id, stateId: state_id, flowRunId, timestamp, type, expected, start, counted };
    if (newest.id === id) this.#rows.wrote({ ...written, isInferred: false });
  }

  #update({ newest, values }: Pending, stored: StoredRun): void {
    const { state_id, type, name, timestamp } = newest;
    this.#rows.updateRun(stored, [state_id, type, name, timestamp], values);
    const expected = values[expectedAt] ?? stored.expected;
    const start = stored.start ?? values[startAt] ?? null;
    const total = values[totalAt] ?? stored.counted.total_run_time;
    const counted = countedOf({ type, name, expected, start, total });
    this.#rollup.move("task_run", stored.counted, counted);
    this.#rows.wrote({ ...stored, stateId: state_id, timestamp, type, expected, start, counted });
  }

  #change(noun: string, kind: LoggedChange["kind"], id: string, flowRunId: string | null): void {
    this.#changes.push({ noun, kind, id, flow_run_id: flowRunId });
  }
}

export const keyOf = (run: Pick<Recorded, "flow_run_id" | "task_key" | "dynamic_key">): string =>
  `${run.flow_run_id}/${run.task_key}/${run.dynamic_key}`;

const pendingOf = (record: Entry, stored: StoredRun | undefined): Pending => ({
  id: stored ? stored.id : record.id,
  flowRunId: stored ? stored.flowRunId : record.flow_run_id,
  stored,
  newest: record,
  first: record.timestamp,
  values: record.values,
});

/** The counted fields of a run, from stored values. */
export function countedOf(run: Record<"type" | "name" | "expected" | "start" | "total", Value>): CountedRun {
  const text = (value: Value) => (typeof value === "string" ? value : null);
  return {
    state_type: text(run.type),
    state_name: text(run.name),
    expected_start_time: text(run.expected),
    start_time: text(run.start),
    total_run_time: Number(run.total),
  };
}

function isNewer(state: Moment, than: Moment): boolean {
  if (state.timestamp !== than.timestamp) return state.timestamp > than.timestamp;
  return (stage.get(state.type) ?? 0) > (stage.get(than.type) ?? 0);
}
