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

/** A list of events as JSON. */
export interface EventText {
  text: string;
  /** False for what came from outside: events that are not in the usual form are left out then. */
  isTrusted: boolean;
}

export interface IngestBatch {
  /** The change log continues after this. */
  seq: number;
  received: string;
  lists: EventText[];
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

/** One change of the log. */
export interface LoggedChange {
  seq: number;
  noun: string;
  kind: "created" | "updated" | "deleted";
  id: string;
  flow_run_id: string | null;
}

/** Changes that differ in nothing but the row, as the log keeps them and as they travel. */
export interface ChangeGroup {
  /** That of the last one. */
  seq: number;
  noun: string;
  kind: LoggedChange["kind"];
  flow_run_id: string | null;
  /** In the order of their seqs, with spaces between. */
  ids: string;
}

/** What was left out of a list: places of the events that were there before, and of those not in the usual form. */
export interface ListResult {
  /** How many events the list held. */
  count: number;
  known: number[];
  /** Null when the text is no JSON list. */
  unusual: number[] | null;
}

export interface IngestResult {
  changes: ChangeGroup[];
  lists: ListResult[];
}

export type Request =
  | { id: number; kind: "steps"; steps: Step[]; transaction?: TransactionPart }
  | { id: number; kind: "rollback" }
  | { id: number; kind: "script"; sql: string }
  | { id: number; kind: "ingest"; batch: IngestBatch }
  | { id: number; kind: "graph"; flowRunId: string }
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
