// What travels between the main thread and the threads that hold the database.

export type Value = string | number | null;

/** One statement; `reads` says whether its rows are wanted. */
export interface Step {
  sql: string;
  values: readonly Value[];
  reads: boolean;
}

/** `begin` opens one, `continue` is refused when it is gone, `commit` ends it after its steps. */
export interface TransactionPart {
  starts: boolean;
  commits: boolean;
}

export interface Rows {
  columns: string[];
  rows: Value[][];
}

/** Events to be stored, in one text: see `ingest-text.ts`. */
export interface IngestBatch {
  /** The change log continues after this. */
  seq: number;
  received: string;
  events: string;
}

/** What an event says of a task run; a null says nothing. */
export interface Recorded {
  id: string;
  flow_run_id: string | null;
  task_key: string;
  dynamic_key: string;
  /** In the order of `recordedColumns`. */
  values: Value[];
  type: string;
  name: string;
  message: string | null;
  data: string | null;
  state_details: string;
}

/** One entry of the change log, as it is written. */
export interface LoggedChange {
  seq: number;
  noun: string;
  kind: "created" | "updated" | "deleted";
  id: string;
  flow_run_id: string | null;
}

export interface IngestResult {
  changes: LoggedChange[];
  /** Places in the batch of the events that were not there before. */
  fresh: number[];
}

export type Request =
  | { id: number; kind: "steps"; steps: Step[]; transaction?: TransactionPart }
  | { id: number; kind: "rollback" }
  | { id: number; kind: "script"; sql: string }
  | { id: number; kind: "ingest"; batch: IngestBatch }
  | { id: number; kind: "close" };

export interface Failure {
  message: string;
  sql: string;
  /** SQLite's extended error code, where it is one. */
  errcode: number | null;
}

export type Reply = { id: number; result: unknown } | { id: number; failure: Failure };

export interface ThreadOptions {
  path: string;
  readOnly: boolean;
}
