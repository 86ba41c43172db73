import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StateType } from "../schema/states.ts";
import { insertEventResourcesSql, insertEventSql, insertTaskRunStateSql } from "./hot-sql.ts";
import { eventsIn, recordedColumns, type TextEvent } from "./ingest-text.ts";
import type { IngestBatch, IngestResult, LoggedChange, Recorded, Value } from "./protocol.ts";

// The hottest path of the store, in SQLite's own terms: one transaction per batch, prepared statements only.

type Prepare = (sql: string) => StatementSync;

type Moment = { timestamp: string; type: string };
type Entry = Recorded & Moment & { state_id: string };

/** A task run while its batch is written: what it was, and what the newest of its events say. */
interface Pending {
  id: string;
  flowRunId: string | null;
  stored: { timestamp: string; type: string } | undefined;
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

const noDefaults: Record<string, string> = {
  name: "''",
  tags: "'[]'",
  labels: "'{}'",
  empirical_policy: "'{}'",
  task_inputs: "'{}'",
  flow_run_run_count: "0",
  run_count: "0",
  total_run_time: "0",
};
const insertRunSql = `insert into task_run (id, created, updated, version, flow_run_id, task_key, dynamic_key,
  state_id, state_type, state_name, state_timestamp, ${recordedColumns.join(", ")})
  values (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ${recordedColumns.map(insertedValue).join(", ")})`;
const updateRunSql = `update task_run set updated = ?, version = version + 1,
  state_id = ?, state_type = ?, state_name = ?, state_timestamp = ?, ${recordedColumns.map(updatedValue).join(", ")}
  where id = ?`;
const touchRunSql = "update task_run set version = version + 1 where id = ?";
const runByIdSql = "select id, flow_run_id, state_timestamp, state_type from task_run where id = ?";
const runByKeySql = `select id, flow_run_id, state_timestamp, state_type from task_run
  where flow_run_id = ? and task_key = ? and dynamic_key = ?`;
const flowRunExistsSql = "select 1 from flow_run where id = ?";
const insertChangeSql = "insert into change (seq, noun, kind, id, flow_run_id) values (?, ?, ?, ?, ?)";

function insertedValue(column: string): string {
  return column in noDefaults ? `coalesce(?, ${noDefaults[column]})` : "?";
}

/** What an event does not say stays, but for the columns that follow from the state itself. */
function updatedValue(column: string): string {
  const follows = column === "next_scheduled_start_time" || column === "end_time";
  // The first start stands: a state that only implies one must not move it.
  if (column === "start_time") return "start_time = coalesce(start_time, ?)";
  return follows ? `${column} = ?` : `${column} = coalesce(?, ${column})`;
}

/** Writes the batch in one transaction; answers what changed. The caller rolls back when this throws. */
export function recordBatch(database: DatabaseSync, prepare: Prepare, batch: IngestBatch): IngestResult {
  database.exec("begin immediate");
  const recorder = new BatchRecorder(prepare, batch);
  eventsIn(batch.events).forEach((event, place) => {
    recorder.add(event, place);
  });
  const result = recorder.finish();
  database.exec("commit");
  return result;
}

class BatchRecorder {
  readonly #prepare: Prepare;
  readonly #batch: IngestBatch;
  readonly #pending = new Map<string, Pending | null>();
  readonly #byKey = new Map<string, Pending>();
  readonly #flowRuns = new Map<string, boolean>();
  readonly #result: IngestResult = { changes: [], fresh: [] };

  constructor(prepare: Prepare, batch: IngestBatch) {
    this.#prepare = prepare;
    this.#batch = batch;
  }

  add(event: TextEvent, place: number): void {
    const { changes, lastInsertRowid } = this.#prepare(insertEventSql).run(
      ...event.values,
      this.#batch.received,
    );
    if (changes === 0) return;
    this.#result.fresh.push(place);
    this.#insertResources(event.resources, Number(lastInsertRowid));
    if (event.record) this.#record({ ...event.record, state_id: event.id, timestamp: event.occurred });
    if (event.error !== null) this.#change("errors", "created", event.id, String(event.error));
  }

  /** All resources of an event in one statement; there are as many of those as there are lengths. */
  #insertResources(resources: string[], eventSeq: number): void {
    const values: Value[] = [];
    for (let at = 0; at < resources.length; at += 2) {
      values.push(resources[at] ?? "", eventSeq, resources[at + 1] ?? "");
    }
    this.#prepare(insertEventResourcesSql(resources.length / 2)).run(...values);
  }

  finish(): IngestResult {
    for (const pending of new Set(this.#pending.values())) if (pending) this.#write(pending);
    const insert = this.#prepare(insertChangeSql);
    for (const { seq, noun, kind, id, flow_run_id } of this.#result.changes) {
      insert.run(seq, noun, kind, id, flow_run_id);
    }
    return this.#result;
  }

  #record(record: Entry): void {
    const known = this.#pending.get(record.id);
    const pending = known === undefined ? this.#find(record) : known;
    if (known === undefined) this.#pending.set(record.id, pending);
    if (!pending) return;
    this.#prepare(insertTaskRunStateSql).run(
      ...[record.state_id, pending.id, record.timestamp, record.type, record.name],
      ...[record.message, record.data, record.state_details],
    );
    if (pending.newest === record) return;
    const newer = isNewer(record, pending.newest);
    pending.values = newer ? merged(record.values, pending.values) : merged(pending.values, record.values);
    if (newer) pending.newest = record;
    if (record.timestamp < pending.first) pending.first = record.timestamp;
  }

  /** The run the event is about, stored or new; null when its flow run is gone, so that it may not come back. */
  #find(record: Entry): Pending | null {
    const key = `${record.flow_run_id}/${record.task_key}/${record.dynamic_key}`;
    const sameKey = this.#byKey.get(key);
    if (sameKey) return sameKey;
    const stored = (this.#prepare(runByIdSql).get(record.id) ??
      (record.flow_run_id
        ? this.#prepare(runByKeySql).get(record.flow_run_id, record.task_key, record.dynamic_key)
        : undefined)) as Value[] | undefined;
    if (!stored && record.flow_run_id && !this.#flowRunExists(record.flow_run_id)) return null;
    const pending = {
      id: stored ? String(stored[0]) : record.id,
      flowRunId: stored ? (stored[1] === null ? null : String(stored[1])) : record.flow_run_id,
      stored: stored ? { timestamp: String(stored[2] ?? ""), type: String(stored[3] ?? "") } : undefined,
      newest: record,
      first: record.timestamp,
      values: record.values,
    };
    if (record.flow_run_id) this.#byKey.set(key, pending);
    return pending;
  }

  #flowRunExists(id: string): boolean {
    const known = this.#flowRuns.get(id);
    if (known !== undefined) return known;
    const exists = this.#prepare(flowRunExistsSql).get(id) !== undefined;
    this.#flowRuns.set(id, exists);
    return exists;
  }

  #write({ id, flowRunId, stored, newest, first, values }: Pending): void {
    const { received } = this.#batch;
    const current = [newest.state_id, newest.type, newest.name, newest.timestamp];
    if (!stored) {
      const keys = [flowRunId, newest.task_key, newest.dynamic_key];
      const expected = values[expectedAt] ?? first;
      this.#prepare(insertRunSql).run(
        ...[id, received, received, ...keys, ...current],
        ...values.with(expectedAt, expected),
      );
    } else if (isNewer(newest, stored)) {
      this.#prepare(updateRunSql).run(received, ...current, ...values, id);
    } else {
      this.#prepare(touchRunSql).run(id);
    }
    this.#change("task-runs", stored ? "updated" : "created", id, flowRunId);
  }

  #change(noun: string, kind: LoggedChange["kind"], id: string, flowRunId: string | null): void {
    const seq = this.#batch.seq + this.#result.changes.length + 1;
    this.#result.changes.push({ seq, noun, kind, id, flow_run_id: flowRunId });
  }
}

const expectedAt = recordedColumns.indexOf("expected_start_time");
const endAt = recordedColumns.indexOf("end_time");
const nextAt = recordedColumns.indexOf("next_scheduled_start_time");
const startAt = recordedColumns.indexOf("start_time");

/** The newer one wins; the older one fills what it leaves open, but for what follows from the state. */
function merged(newer: Value[], older: Value[]): Value[] {
  return newer.map((value, at) => {
    if (at === endAt || at === nextAt) return value;
    if (at === startAt) return older[at] ?? value;
    return value ?? older[at] ?? null;
  });
}

function isNewer(state: Moment, than: Moment): boolean {
  if (state.timestamp !== than.timestamp) return state.timestamp > than.timestamp;
  return (stage.get(state.type) ?? 0) > (stage.get(than.type) ?? 0);
}
