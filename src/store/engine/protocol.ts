import type { EventCreate } from "../../schema/events.ts";

// What travels between the main thread and the threads that hold the database.

/** Time limit of a statement that reads for a request, in milliseconds. */
export const readPatience = 15_000;

export type Value = string | number | null;

/** One statement; `reads` says whether its rows are wanted. */
export interface Step {
  sql: string;
  values: readonly Value[];
  reads: boolean;
  /** Given where the rows begin with what makes a run: they come with its JSON in place of that. */
  runs?: RunsRequest;
}

/** One that reads runs. */
export type RunsStep = Step & { runs: RunsRequest };

export type RunKind = "flow_run" | "task_run";
export interface RunsRequest {
  kind: RunKind;
  /** Milliseconds since the epoch, for times that go on. */
  now: number;
}

/** An event of a transaction; what it is related to, as JSON, is kept once for many events. */
export interface EventStep {
  /** Those of `insertEventSql`, but for the last one. */
  event: readonly Value[];
  related: string | null;
}

/** Steps of a transaction; they are refused when it is gone. */
export interface TransactionPart {
  starts: boolean;
  /** After its steps: committed, or left to be committed later together with others. */
  ends: "commit" | "release" | null;
  /** How many others wait for the common commit. They are rolled back with it if that fails. */
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

/** An event on its way to a thread; a payload that only is stored is the JSON that is stored. */
export type SentEvent = Omit<EventCreate, "payload"> & { payload: EventCreate["payload"] | string };

/** A list of events as JSON. */
export interface EventText {
  text: string;
  /** False for what came from outside: events that are not in the usual form are left out then. */
  isTrusted: boolean;
}

export interface IngestBatch {
  received: string;
  lists: EventText[];
}

/** What an event says of a task run; a null says nothing. */
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

/** Changes that differ in nothing but the row, as the log keeps them and as they travel. */
export interface ChangeGroup {
  /** That of the last one. */
  seq: number;
  noun: string;
  kind: LoggedChange["kind"];
  /** Null for flow runs, of which each belongs to itself. */
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
  /** Tokens of attempts whose events were left out, for their run is another's; those are among the `known`. */
  givenUp?: string[];
}

/** What became of a list of events. */
export interface Taken {
  /** Places of those that were not in the usual form; null when the text is no JSON list. */
  unusual: number[] | null;
  givenUp: readonly string[];
}

export interface IngestResult {
  changes: ChangeGroup[];
  lists: ListResult[];
  /** The seq of the last event, where others write into the same database. */
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
  /** Task and dynamic key of the last task run of the part before; null for the first part. */
  after: readonly [string, string] | null;
  /** Task runs at most. */
  limit: number;
  /** Without the states that the runs went through. */
  brief: boolean;
}

export interface Failure {
  message: string;
  sql: string;
  /**
   * A key that was there before; a database that is out of reach; one that another process holds; one that can store
   * nothing, for its disk is full or fails; or a statement that took too long.
   */
  reason: "unique" | "unavailable" | "busy" | "disk" | "slow" | null;
}

/** A statement that writes, and the tables of which it changes or deletes rows, those of its cascades included. */
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
  /** Of a file, or the URL of a database on a server. */
  path: string;
  readOnly: boolean;
  /** No statement timeout, for maintenance commands. */
  isPatient?: boolean | undefined;
}
