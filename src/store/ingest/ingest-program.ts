import type { StatementSync } from "node:sqlite";
import { logValues } from "../engine/change-groups.ts";
import { eventStep } from "../engine/event-rows.ts";
import type { ChangeGroup, EventStep, IngestBatch, IngestResult, Value } from "../engine/protocol.ts";
import {
  insertChangesSql,
  insertEventSql,
  insertFailureSql,
  insertRelatedSql,
  insertTaskRunStateSql,
} from "../sql/hot-sql.ts";
import { readList } from "./event-lists.ts";
import { Fence } from "./fence.ts";
import { insertRunSql, updateOf } from "./recorded-columns.ts";
import { recorded } from "./recorder.ts";
import {
  type Entry,
  flowRunSql,
  isOver,
  RunRecording,
  type RunRows,
  type StoredFlowRun,
  type StoredRun,
  storedColumns,
  storedFlowRunOf,
  storedRunOf,
} from "./run-recording.ts";
import { statesBefore, statesBeforeSql, withdrawalSteps, withdrawn } from "./withdrawals.ts";

// The hottest path of the store, in SQLite's own terms: one transaction per batch, prepared statements only.

type Prepare = (sql: string) => StatementSync;

const touchRunSql = "update task_run set version = version + 1 where id = ?";
const runByIdSql = `select ${storedColumns} from task_run where id = ?`;
const runByKeySql = `select ${storedColumns} from task_run
  where flow_run_id = ? and task_key = ? and dynamic_key = ?`;
const oneFlowRunSql = flowRunSql("= ?");
const statesBeforeOneSql = statesBeforeSql("task_run_id = ?");

/** Inserts the resources of a list of related ones. */
const insertResourcesSql = `insert into event_related_resource (resource_id, related_id, role)
  select coalesce(value ->> '$."prefect.resource.id"', ''), related.id,
    coalesce(value ->> '$."prefect.resource.role"', '')
  from event_related as related, json_each(related.related) where related.id = ? on conflict do nothing`;

const maxRelated = 1000;
const maxRuns = 20_000;

/** Rows cached from earlier batches. No other process writes, so they are valid until a transaction invalidates them. */
export class IngestCache {
  /** Ids of lists of related resources, by their JSON. */
  readonly related = new Map<string, number>();
  /** Unfinished task runs. */
  readonly runs = new Map<string, StoredRun>();

  /** A transaction has written rows of `tables`. */
  wrote(tables: ReadonlySet<string>): void {
    if (tables.size === 0) return;
    if (tables.has("event_related")) this.related.clear();
    if (tables.has("task_run") || tables.has("task_run_state")) this.runs.clear();
  }

  /** Cached rows may have been rolled back. */
  forgetAll(): void {
    this.related.clear();
    this.runs.clear();
  }
}

interface Writer {
  prepare: Prepare;
  memory: IngestCache;
}

/** Writes the batch; returns the changes. The caller commits, or rolls back when this throws. */
export function recordBatch({ prepare, memory }: Writer, batch: IngestBatch): IngestResult {
  const { received } = batch;
  const rows = new PreparedRows(prepare, memory, received);
  const recording = new RunRecording(rows, received);
  const lists = batch.lists.map((list) => {
    const fence = new Fence((id) => rows.flowRun(id));
    const result = readList(list, (event) => {
      if (fence.stops(event)) return false;
      if (!storeEvent({ prepare, memory }, eventStep(event, received))) return false;
      recording.add(event, recorded(event));
      return true;
    });
    return fence.mark(result);
  });
  return { changes: finish(prepare, recording), lists };
}

/** False when it was already stored. */
export function storeEvent({ prepare, memory }: Writer, { event, related }: EventStep): boolean {
  const id = related === null ? null : relatedId({ prepare, memory }, related);
  return prepare(insertEventSql).run(...event, id).changes !== 0;
}

function relatedId({ prepare, memory }: Writer, related: string): number {
  const known = memory.related.get(related);
  if (known !== undefined) return known;
  const id = Number(prepare(insertRelatedSql).run(related).lastInsertRowid);
  prepare(insertResourcesSql).run(id);
  if (memory.related.size >= maxRelated) memory.related.clear();
  memory.related.set(related, id);
  return id;
}

function finish(prepare: Prepare, recording: RunRecording): ChangeGroup[] {
  const { changes, rollup } = recording.finish();
  for (const { sql, values } of rollup) prepare(sql).run(...values);
  const insert = prepare(insertChangesSql);
  return changes.map((group) => {
    const [seq] = insert.get(...logValues(group)) as unknown as Value[];
    return { ...group, seq: Number(seq) };
  });
}

/** Reads and writes rows one by one, immediately. */
class PreparedRows implements RunRows {
  readonly #prepare: Prepare;
  readonly #memory: IngestCache;
  readonly #received: string;
  readonly #flowRuns = new Map<string, StoredFlowRun | undefined>();

  constructor(prepare: Prepare, memory: IngestCache, received: string) {
    this.#prepare = prepare;
    this.#memory = memory;
    this.#received = received;
  }

  stored({ id, flow_run_id, task_key, dynamic_key }: Entry): StoredRun | undefined {
    const known = this.#memory.runs.get(id);
    if (known) return known;
    const row = (this.#prepare(runByIdSql).get(id) ??
      (flow_run_id ? this.#prepare(runByKeySql).get(flow_run_id, task_key, dynamic_key) : undefined)) as
      | Value[]
      | undefined;
    return row && storedRunOf(row);
  }

  flowRun(id: string): StoredFlowRun | undefined {
    if (this.#flowRuns.has(id)) return this.#flowRuns.get(id);
    const row = this.#prepare(oneFlowRunSql).get(id) as Value[] | undefined;
    const found = row && storedFlowRunOf(row);
    this.#flowRuns.set(id, found);
    return found;
  }

  withdraw(run: StoredRun): StoredRun | undefined {
    const rows = this.#prepare(statesBeforeOneSql).all(run.id) as unknown as Value[][];
    const before = statesBefore(rows).get(run.id);
    if (!before) return undefined;
    const after = withdrawn(run, before);
    for (const { sql, values } of withdrawalSteps(run, after, this.#received))
      this.#prepare(sql).run(...values);
    return after;
  }

  insertState(values: readonly Value[]): void {
    this.#prepare(insertTaskRunStateSql).run(...values);
  }

  insertFailure(values: readonly Value[]): void {
    this.#prepare(insertFailureSql).run(...values);
  }

  insertRun(values: readonly Value[]): void {
    this.#prepare(insertRunSql).run(...values);
  }

  updateRun(stored: StoredRun, state: readonly Value[], values: readonly Value[]): void {
    const update = updateOf(values, stored);
    this.#prepare(update.sql).run(this.#received, ...state, ...update.values, stored.id);
  }

  touchRun(id: string): void {
    this.#prepare(touchRunSql).run(id);
  }

  /** A finished run rarely has further events. */
  wrote(run: StoredRun): void {
    const { runs } = this.#memory;
    if (isOver(run.type)) runs.delete(run.id);
    else if (runs.size < maxRuns || runs.has(run.id)) runs.set(run.id, run);
  }
}
