import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { EventCreate } from "../schema/events.ts";
import { isFailed, type StateType } from "../schema/state-types.ts";
import { usualEvent } from "../schema/usual-event.ts";
import { grouped, logValues } from "./change-groups.ts";
import { sqlite } from "./dialect.ts";
import { eventValues, failedRunOf } from "./event-rows.ts";
import {
  insertChangesSql,
  insertEventSql,
  insertFailureSql,
  insertRelatedSql,
  insertTaskRunStateSql,
} from "./hot-sql.ts";
import type {
  ChangeGroup,
  EventText,
  IngestBatch,
  IngestResult,
  ListResult,
  LoggedChange,
  Recorded,
  Value,
} from "./protocol.ts";
import { expectedAt, insertRunSql, merged, startAt, totalAt, updateOf } from "./recorded-columns.ts";
import { recorded } from "./recorder.ts";
import { type Tallied, Tally } from "./tallies.ts";

// The hottest path of the store, in SQLite's own terms: one transaction per batch, prepared statements only.

type Prepare = (sql: string) => StatementSync;

type Moment = { timestamp: string; type: string };
type Entry = Recorded & Moment & { state_id: string };

/** A task run as the table has it. */
interface StoredRun extends Moment {
  id: string;
  flowRunId: string | null;
  expected: Value;
  start: Value;
  tallied: Tallied;
}

/** A task run while its batch is written: what it was, and what the newest of its events say. */
interface Pending {
  id: string;
  flowRunId: string | null;
  stored: StoredRun | undefined;
  newest: Entry;
  /** Time of the oldest of its events: when it was expected, if none says so. */
  first: string;
  values: Value[];
}

/** Where in the life of a run each type stands; decides between states of the very same microsecond. */
const stages: Record<StateType, number> = {
  ...{ SCHEDULED: 0, PENDING: 1, RUNNING: 2, PAUSED: 2, CANCELLING: 2 },
  ...{ COMPLETED: 3, FAILED: 3, CANCELLED: 3, CRASHED: 3 },
};
const stage = new Map<string, number>(Object.entries(stages));
const isOver = (type: string) => stage.get(type) === 3;

const touchRunSql = "update task_run set version = version + 1 where id = ?";
const runColumns =
  "id, flow_run_id, state_timestamp, state_type, state_name, expected_start_time, start_time, total_run_time";
const runByIdSql = `select ${runColumns} from task_run where id = ?`;
const runByKeySql = `select ${runColumns} from task_run
  where flow_run_id = ? and task_key = ? and dynamic_key = ?`;
const flowRunExistsSql = "select 1 from flow_run where id = ?";

const insertResourcesSql = sqlite.insertRelatedResources("?");

const maxRelated = 1000;
const maxRuns = 20_000;

/** What the writer knows from earlier batches. Nobody else writes, so it stays true until a transaction says otherwise. */
export class IngestMemory {
  /** Ids of lists of related resources, by their JSON. */
  readonly related = new Map<string, number>();
  /** Task runs that go on. */
  readonly runs = new Map<string, StoredRun>();

  /** A transaction may have changed or deleted task runs. */
  forgetRuns(): void {
    this.runs.clear();
  }

  /** What was to be remembered may have been rolled back. */
  forgetAll(): void {
    this.related.clear();
    this.runs.clear();
  }
}

interface Writer {
  database: DatabaseSync;
  prepare: Prepare;
  memory: IngestMemory;
}

/** Writes the batch in one transaction; answers what changed. The caller rolls back when this throws. */
export function recordBatch({ database, prepare, memory }: Writer, batch: IngestBatch): IngestResult {
  database.exec("begin immediate");
  const recorder = new BatchRecorder(prepare, batch, memory);
  const lists = batch.lists.map((list) => recorder.addList(list));
  const changes = recorder.finish();
  database.exec("commit");
  return { changes, lists };
}

class BatchRecorder {
  readonly #prepare: Prepare;
  readonly #batch: IngestBatch;
  readonly #memory: IngestMemory;
  readonly #pending = new Map<string, Pending | null>();
  readonly #byKey = new Map<string, Pending>();
  readonly #flowRuns = new Map<string, boolean>();
  readonly #changes: Omit<LoggedChange, "seq">[] = [];
  readonly #tally = new Tally();

  constructor(prepare: Prepare, batch: IngestBatch, memory: IngestMemory) {
    this.#prepare = prepare;
    this.#batch = batch;
    this.#memory = memory;
  }

  addList({ text, isTrusted }: EventText): ListResult {
    const list = listIn(text);
    if (!list) return { count: 0, known: [], unusual: null };
    const known: number[] = [];
    const unusual: number[] = [];
    for (let place = 0; place < list.length; place += 1) {
      const event = isTrusted ? (list[place] as EventCreate) : usualEvent(list[place]);
      if (!event) unusual.push(place);
      else if (!this.#add(event)) known.push(place);
    }
    return { count: list.length, known, unusual };
  }

  /** False when the event was there before. */
  #add(event: EventCreate): boolean {
    const insert = this.#prepare(insertEventSql);
    const related = event.related.length > 0 ? this.#relatedId(JSON.stringify(event.related)) : null;
    const { changes } = insert.run(...eventValues(event), this.#batch.received, related);
    if (changes === 0) return false;
    const record = recorded(event);
    if (record) this.#record({ ...record, state_id: event.id, timestamp: event.occurred });
    const failedRun = failedRunOf(event);
    if (failedRun !== null) this.#change("errors", "created", event.id, failedRun);
    return true;
  }

  #relatedId(related: string): number {
    const known = this.#memory.related.get(related);
    if (known !== undefined) return known;
    const id = Number(this.#prepare(insertRelatedSql).run(related).lastInsertRowid);
    this.#prepare(insertResourcesSql).run(id);
    if (this.#memory.related.size >= maxRelated) this.#memory.related.clear();
    this.#memory.related.set(related, id);
    return id;
  }

  finish(): ChangeGroup[] {
    for (const pending of new Set(this.#pending.values())) if (pending) this.#write(pending);
    for (const { sql, values } of this.#tally.steps()) this.#prepare(sql).run(...values);
    const insert = this.#prepare(insertChangesSql);
    return grouped(this.#changes).map((group) => {
      const [seq] = insert.get(...logValues(group)) as unknown as Value[];
      return { ...group, seq: Number(seq) };
    });
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
    // Found under another id than the event's, a state must stand for itself.
    const isTold = record.id === taskRunId;
    const owner = { task_run_id: taskRunId, flow_run_id: record.flow_run_id };
    const details = isTold
      ? record.state_details
      : JSON.stringify({ ...JSON.parse(record.state_details), ...owner });
    this.#prepare(insertTaskRunStateSql).run(
      record.state_id,
      taskRunId,
      record.timestamp,
      record.type,
      record.name,
      record.message,
      record.data,
      details,
      isTold ? 1 : 0,
    );
    if (isFailed(record.type)) this.#noteFailure(record, taskRunId);
  }

  #noteFailure({ state_id, flow_run_id, timestamp }: Entry, taskRunId: string): void {
    const { received } = this.#batch;
    this.#prepare(insertFailureSql).run(state_id, "task-run", taskRunId, flow_run_id, timestamp, received);
  }

  /** The run the event is about, stored or new; null when its flow run is gone, so that it may not come back. */
  #find(record: Entry): Pending | null {
    const known = this.#memory.runs.get(record.id);
    if (known) return pendingOf(record, known);
    const key = `${record.flow_run_id}/${record.task_key}/${record.dynamic_key}`;
    const sameKey = this.#byKey.get(key);
    if (sameKey) return sameKey;
    const stored = this.#stored(record);
    if (!stored && record.flow_run_id && !this.#flowRunExists(record.flow_run_id)) return null;
    const pending = pendingOf(record, stored);
    if (record.flow_run_id) this.#byKey.set(key, pending);
    return pending;
  }

  #stored({ id, flow_run_id, task_key, dynamic_key }: Entry): StoredRun | undefined {
    const row = (this.#prepare(runByIdSql).get(id) ??
      (flow_run_id ? this.#prepare(runByKeySql).get(flow_run_id, task_key, dynamic_key) : undefined)) as
      | Value[]
      | undefined;
    if (!row) return undefined;
    const [runId, flowRun, timestamp, type = null, name = null, expected = null, start = null, total = 0] =
      row;
    return {
      id: String(runId),
      flowRunId: typeof flowRun === "string" ? flowRun : null,
      timestamp: String(timestamp ?? ""),
      type: String(type ?? ""),
      expected,
      start,
      tallied: talliedOf({ type, name, expected, start, total }),
    };
  }

  #flowRunExists(id: string): boolean {
    const known = this.#flowRuns.get(id);
    if (known !== undefined) return known;
    const exists = this.#prepare(flowRunExistsSql).get(id) !== undefined;
    this.#flowRuns.set(id, exists);
    return exists;
  }

  #write(pending: Pending): void {
    const { id, flowRunId, stored, newest } = pending;
    if (!stored) this.#insert(pending);
    else if (isNewer(newest, stored)) this.#update(pending, stored);
    else this.#prepare(touchRunSql).run(id);
    this.#change("task-runs", stored ? "updated" : "created", id, flowRunId);
  }

  #insert({ id, flowRunId, newest, values, first }: Pending): void {
    const { received } = this.#batch;
    const expected = values[expectedAt] ?? first;
    const { state_id, type, name, timestamp } = newest;
    const keys = [flowRunId, newest.task_key, newest.dynamic_key, state_id, type, name, timestamp];
    this.#prepare(insertRunSql).run(id, received, received, ...keys, ...values.with(expectedAt, expected));
    const start = values[startAt] ?? null;
    const tallied = talliedOf({ type, name, expected, start, total: values[totalAt] ?? 0 });
    this.#tally.move("task_run", null, tallied);
    if (newest.id === id) this.#remember({ id, flowRunId, timestamp, type, expected, start, tallied });
  }

  #update({ id, newest, values }: Pending, stored: StoredRun): void {
    const { state_id, type, name, timestamp } = newest;
    const update = updateOf(values, stored);
    this.#prepare(update.sql).run(
      ...[this.#batch.received, state_id, type, name, timestamp, ...update.values],
      id,
    );
    const expected = values[expectedAt] ?? stored.expected;
    const start = stored.start ?? values[startAt] ?? null;
    const total = values[totalAt] ?? stored.tallied.total_run_time;
    const tallied = talliedOf({ type, name, expected, start, total });
    this.#tally.move("task_run", stored.tallied, tallied);
    this.#remember({ ...stored, timestamp, type, expected, start, tallied });
  }

  /** A run that is over is seldom heard of again. */
  #remember(run: StoredRun): void {
    const { runs } = this.#memory;
    if (isOver(run.type)) runs.delete(run.id);
    else if (runs.size < maxRuns || runs.has(run.id)) runs.set(run.id, run);
  }

  #change(noun: string, kind: LoggedChange["kind"], id: string, flowRunId: string | null): void {
    this.#changes.push({ noun, kind, id, flow_run_id: flowRunId });
  }
}

function listIn(text: string): unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

const pendingOf = (record: Entry, stored: StoredRun | undefined): Pending => ({
  id: stored ? stored.id : record.id,
  flowRunId: stored ? stored.flowRunId : record.flow_run_id,
  stored,
  newest: record,
  first: record.timestamp,
  values: record.values,
});

/** What of a run is tallied, from values as the table has them. */
function talliedOf(run: Record<"type" | "name" | "expected" | "start" | "total", Value>): Tallied {
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
