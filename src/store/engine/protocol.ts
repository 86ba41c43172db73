import type { EventCreate } from "../../schema/events.ts";

// Messages between the main thread and the database threads.

/** Time limit of a statement that reads for a request, in milliseconds. */
export const readPatience = 15_000;

export type Value = string | number | null;

/** One statement; `reads`: its rows are returned. */
export interface Step {
  sql: string;
  values: readonly Value[];
  reads: boolean;
  /** Set when rows begin with the columns of a run, which are replaced by its JSON. */
  runs?: RunsRequest;
}

/** One that reads runs. */
export type RunsStep = Step & { runs: RunsRequest };

export type RunKind = "flow_run" | "task_run";
export interface RunsRequest {
  kind: RunKind;
  /** Milliseconds since the epoch, for durations of unfinished runs. */
  now: number;
}

/** An event of a transaction; its related resources, as JSON, are shared between events. */
export interface EventStep {
  /** Parameters of `insertEventSql`, except the last one. */
  event: readonly Value[];
  related: string | null;
}

/** Steps of a transaction; refused after its end. */
export interface TransactionPart {
  starts: boolean;
  /** After its steps: committed, or left for the group commit. */
  ends: "commit" | "release" | null;
  /** How many others wait for the group commit. A failure rolls them back too. */
  waiting: number;
}

/** Runs as a JSON list in UTF-8. */
export interface RunList {
  json: Uint8Array<ArrayBuffer>;
  count: number;
}

export interface Rows {
  columns: string[];
  rows: Value[][];
}

/** An event sent to a thread; a payload that is only stored is sent as JSON. */
export type SentEvent = Omit<EventCreate, "payload"> & { payload: EventCreate["payload"] | string };

/** A list of events as JSON. */
export interface EventText {
  text: string;
  /** False for external events: those not in the usual form are skipped then. */
  isTrusted: boolean;
}

export interface IngestBatch {
  received: string;
  lists: EventText[];
}

/** The values that an event sets on a task run; null sets nothing. */
export interface Recorded {
  id: string;
  flow_run_id: string | null;
  /** The token of the attempt that sent it. */
  attempt: string | null;
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

/** Changes that differ only in the row, as stored in the log and sent. */
export interface ChangeGroup {
  /** Seq of the last one. */
  seq: number;
  noun: string;
  kind: LoggedChange["kind"];
  /** Null for flow runs, which belong to themselves. */
  flow_run_id: string | null;
  /** In seq order, separated by spaces. */
  ids: string;
}

/** Skipped events of a list: indexes of those already stored, and of those not in the usual form. */
export interface ListResult {
  /** Number of events in the list. */
  count: number;
  known: number[];
  /** Null when the text is no JSON list. */
  unusual: number[] | null;
  /** Tokens of given-up attempts, whose events were skipped; they count as `known`. */
  givenUp?: string[];
}

/** The result for a list of events. */
export interface Taken {
  /** Indexes of events not in the usual form; null when the text is no JSON list. */
  unusual: number[] | null;
  givenUp: readonly string[];
}

export interface IngestResult {
  changes: ChangeGroup[];
  lists: ListResult[];
  /** The seq of the last event, on a shared database. */
  lastEvent?: number;
}

export type Request =
  | { id: number; kind: "steps"; steps: (Step | EventStep)[]; transaction?: TransactionPart }
  | { id: number; kind: "rollback" }
  | { id: number; kind: "commit"; waiting: number }
  | { id: number; kind: "register"; replica: string }
  | { id: number; kind: "script"; sql: string }
  | { id: number; kind: "ingest"; batch: IngestBatch }
  | { id: number; kind: "graph"; part: GraphPart }
  | { id: number; kind: "list"; step: RunsStep }
  | { id: number; kind: "close" };

/** Which part of the graph of a flow run. */
export interface GraphPart {
  flowRunId: string;
  /** Task and dynamic key of the last task run of the previous part; null for the first. */
  after: readonly [string, string] | null;
  /** Task runs at most. */
  limit: number;
  /** Without the state history of the runs. */
  brief: boolean;
}

export interface Failure {
  message: string;
  sql: string;
  /**
   * Duplicate key; database unreachable; database locked by another process; no
   * disk space or disk failure; or statement timeout.
   */
  reason: "unique" | "unavailable" | "busy" | "disk" | "slow" | null;
}

/** A writing statement, and the tables in which it changes or deletes rows, including cascades. */
export interface StatementWrites {
  sql: string;
  changes: readonly string[];
}

/** Without an id it is a notification: other processes have written. `writes` lists what newly prepared statements write. */
export type Reply =
  | { id: number; result: unknown; writes?: StatementWrites[] }
  | { id: number; failure: Failure }
  | { id: null };

export interface ThreadOptions {
  /** A file, or the URL of a database on a server. */
  path: string;
  readOnly: boolean;
  /** No statement timeout, for maintenance commands. */
  isPatient?: boolean | undefined;
}
