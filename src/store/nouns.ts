import type { Artifact, ArtifactCollection, artifacts } from "../schema/artifacts.ts";
import type { Attempts } from "../schema/attempt-tokens.ts";
import type { dashboard, SimpleFlowRun } from "../schema/dashboard.ts";
import type { EventCount, EventFilter, events, ReceivedEvent } from "../schema/events.ts";
import type { FlowRun, FlowRunInput, FlowRunPolicy, flowRuns, HistoryInterval } from "../schema/flow-runs.ts";
import type { Flow, flows } from "../schema/flows.ts";
import type { Graph, GraphGroups, graphs, RunGraph } from "../schema/graphs.ts";
import type { Log, LogCreate, LogHit, logs } from "../schema/logs.ts";
import type { ObservedState } from "../schema/observed-states.ts";
import type { Output, Parsed } from "../schema/route.ts";
import type { PageOf } from "../schema/scalars.ts";
import type { State } from "../schema/states.ts";
import type { TaskRun, TaskRunPolicy, taskRuns } from "../schema/task-runs.ts";
import type { Variable, variables } from "../schema/variables.ts";

// The verbs of every noun. Inputs are what the routes of `schema/` parse; rows are what they answer.
// A verb that finds nothing answers undefined, false or null: whether that is a 404 is the caller's to say.

/** What a create answers that may find the row already there: 201 when new, 200 when not. */
export interface Created<T> {
  row: T;
  isNew: boolean;
}

/** A JSON text in UTF-8. */
type Json = Uint8Array<ArrayBuffer>;

export interface Flows {
  /** By name: an existing flow comes back unchanged. */
  create(input: Parsed<typeof flows.create>): Promise<Created<Flow>>;
  read(id: string): Promise<Flow | undefined>;
  readByName(name: string): Promise<Flow | undefined>;
  readMany(ids: readonly string[]): Promise<Flow[]>;
  filter(input: Parsed<typeof flows.filter>): Promise<Flow[]>;
  count(input: Parsed<typeof flows.count>): Promise<number>;
  paginate(input: Parsed<typeof flows.paginate>): Promise<PageOf<Flow>>;
  update(input: Parsed<typeof flows.update>): Promise<boolean>;
  /** With its runs and deployments. */
  delete(id: string): Promise<boolean>;
}

/**
 * A run to be stored. Its first state is no part of it: write it with `writeState` in the same transaction.
 * `state` of the route's input is therefore ignored here.
 */
export type NewFlowRun = Parsed<typeof flowRuns.create> & {
  /** Made when absent. */
  id?: string;
  created_by?: FlowRun["created_by"];
  deployment_version?: string | null;
  /** Whether a queue that is not there is made. */
  makesQueue?: boolean;
};

export interface FlowRuns {
  /**
   * By (flow, idempotency key): an existing run comes back unchanged. Gives a name where none is given and
   * merges the labels of flow and parent. Throws the problem `not-found` when the flow is unknown.
   */
  create(input: NewFlowRun): Promise<Created<FlowRun>>;
  read(id: string): Promise<FlowRun | undefined>;
  readMany(ids: readonly string[]): Promise<FlowRun[]>;
  filter(input: Parsed<typeof flowRuns.filter>): Promise<FlowRun[]>;
  count(input: Parsed<typeof flowRuns.count>): Promise<number>;
  /** The same as JSON in UTF-8, which costs far less where nobody looks into it. */
  filterJson(input: Parsed<typeof flowRuns.filter>): Promise<Json>;
  paginateJson(input: Parsed<typeof flowRuns.paginate>): Promise<Json>;
  /** Applies only the keys that are there; a null name is left alone. False when the run is unknown. */
  update(input: Parsed<typeof flowRuns.update>): Promise<boolean>;
  updateLabels(input: Parsed<typeof flowRuns.updateLabels>): Promise<boolean>;
  /** With its states, task runs, inputs and logs, and the task run that stood for it is left. */
  delete(id: string): Promise<boolean>;
  history(input: Parsed<typeof flowRuns.history>): Promise<HistoryInterval[]>;
  /** Mean seconds of lateness of the runs that match; null when none do. */
  lateness(input: Parsed<typeof flowRuns.lateness>): Promise<number | null>;
  /** Which attempt has the run; none where there is no such run. */
  attempts(id: string): Promise<Attempts>;
}

/** The columns of a run that may change together with its state. */
export interface RunChanges {
  run_count?: number;
  expected_start_time?: string | null;
  next_scheduled_start_time?: string | null;
  start_time?: string | null;
  end_time?: string | null;
  total_run_time?: number;
}
export interface FlowRunChanges extends RunChanges {
  empirical_policy?: FlowRunPolicy;
  infrastructure_pid?: string | null;
  attempts?: Attempts;
}
export interface TaskRunChanges extends RunChanges {
  empirical_policy?: TaskRunPolicy;
  flow_run_run_count?: number;
  cache_key?: string | null;
  cache_expiration?: string | null;
}

export interface FlowRunsInTransaction extends FlowRuns {
  /** The run with its current state, held against every other writer until the transaction ends. */
  lock(id: string): Promise<FlowRun | undefined>;
  /** In the order of `ids`. */
  lockMany(ids: readonly string[]): Promise<(FlowRun | undefined)[]>;
  /**
   * Makes `state` the current state of the run (as `lock` gave it), together with the changes of the run, and
   * tells it as the event `prefect.flow-run.<state name>`. Data that a reader could load also becomes an
   * artifact of type `result`. Answers the run as it is now.
   */
  writeState(run: FlowRun, changes: FlowRunChanges, state: State): Promise<FlowRun>;
}

export interface TaskRuns {
  /** By id and by (flow run, task key, dynamic key): an existing task run comes back unchanged. See `NewFlowRun`. */
  create(input: Parsed<typeof taskRuns.create>): Promise<Created<TaskRun>>;
  read(id: string): Promise<TaskRun | undefined>;
  readMany(ids: readonly string[]): Promise<TaskRun[]>;
  filter(input: Parsed<typeof taskRuns.filter>): Promise<TaskRun[]>;
  count(input: Parsed<typeof taskRuns.count>): Promise<number>;
  /** The same as JSON in UTF-8, which costs far less where nobody looks into it. */
  filterJson(input: Parsed<typeof taskRuns.filter>): Promise<Json>;
  paginateJson(input: Parsed<typeof taskRuns.paginate>): Promise<Json>;
  update(input: Parsed<typeof taskRuns.update>): Promise<boolean>;
  delete(id: string): Promise<boolean>;
  history(input: Parsed<typeof taskRuns.history>): Promise<HistoryInterval[]>;
  /** Ids of runs of a task that are scheduled for whoever takes them and that no other replica has, by their time. */
  deferred(input: { task_key: string; limit: number; replica: string }): Promise<string[]>;
}

export interface TaskRunsInTransaction extends TaskRuns {
  lock(id: string): Promise<TaskRun | undefined>;
  /**
   * Takes back what the server inferred of a task run, or of those of a flow run, when their process is heard of
   * after all: each is what it was before, in its times and its history too.
   */
  withdrawInferred(which: { flow_run_id?: string; id?: string }): Promise<void>;
  /** As for flow runs, without an event: task runs are told of by those who run them. */
  writeState(run: TaskRun, changes: TaskRunChanges, state: State): Promise<TaskRun>;
  /** The newest completed state stored under a cache key that has not expired. */
  readCached(cacheKey: string): Promise<State | undefined>;
  writeCached(entry: { cache_key: string; cache_expiration: string | null; state_id: string }): Promise<void>;
}

/** The states of a run, oldest first. */
export interface States {
  list(runId: string): Promise<State[]>;
  read(id: string): Promise<State | undefined>;
}

export interface ObservedStates {
  /** Names of states of flow runs and task runs, in no order: reads all states that are kept. */
  observed(): Promise<ObservedState[]>;
}

export interface LogPlace {
  timestamp: string;
  seq: number;
}
export interface LogScan
  extends Pick<Parsed<typeof logs.search>, "logs" | "flow_ids" | "deployment_ids" | "limit"> {
  /** Goes on with those that are older. */
  before: LogPlace | null;
  /** How many logs are looked at. */
  portion: number;
}
export interface LogFinds {
  hits: Omit<LogHit, "ranges">[];
  /** The last log that was looked at; null when there are no older ones. */
  last: LogPlace | null;
}

export interface Logs {
  create(logs: readonly LogCreate[]): Promise<void>;
  filter(input: Parsed<typeof logs.filter>): Promise<Log[]>;
  count(input: Parsed<typeof logs.count>): Promise<number>;
  readMany(ids: readonly string[]): Promise<Log[]>;
  /** Looks through one portion of the logs, newest first; see `LogScan`. */
  scan(input: LogScan): Promise<LogFinds>;
  /** All logs of a flow run by time, in portions, for the download. */
  stream(flowRunId: string): AsyncGenerator<Log[], void, void>;
}

export interface Artifacts {
  /** With a key, the collection of that key points to the new artifact. */
  create(input: Parsed<typeof artifacts.create>): Promise<Artifact>;
  read(id: string): Promise<Artifact | undefined>;
  readLatest(key: string): Promise<Artifact | undefined>;
  readMany(ids: readonly string[]): Promise<Artifact[]>;
  filter(input: Parsed<typeof artifacts.filter>): Promise<Artifact[]>;
  count(input: Parsed<typeof artifacts.count>): Promise<number>;
  filterLatest(input: Parsed<typeof artifacts.filterLatest>): Promise<ArtifactCollection[]>;
  countLatest(input: Parsed<typeof artifacts.countLatest>): Promise<number>;
  update(input: Parsed<typeof artifacts.update>): Promise<boolean>;
  /** The collection then points to the one before, or goes too. */
  delete(id: string): Promise<boolean>;
}

export interface Variables {
  /** Throws the problem `conflict` when the name is taken; so does a renaming update. */
  create(input: Parsed<typeof variables.create>): Promise<Variable>;
  read(id: string): Promise<Variable | undefined>;
  readByName(name: string): Promise<Variable | undefined>;
  readMany(ids: readonly string[]): Promise<Variable[]>;
  filter(input: Parsed<typeof variables.filter>): Promise<Variable[]>;
  count(input: Parsed<typeof variables.count>): Promise<number>;
  update(input: Parsed<typeof variables.update>): Promise<boolean>;
  updateByName(input: Parsed<typeof variables.updateByName>): Promise<boolean>;
  delete(id: string): Promise<boolean>;
  deleteByName(name: string): Promise<boolean>;
}

export interface FlowRunInputs {
  /** False when the key is taken. Throws the problem `not-found` when the run is unknown. */
  create(input: Parsed<typeof flowRuns.createInput>): Promise<boolean>;
  /** Oldest first. */
  filter(input: Parsed<typeof flowRuns.filterInput>): Promise<FlowRunInput[]>;
  read(flowRunId: string, key: string): Promise<FlowRunInput | undefined>;
  delete(flowRunId: string, key: string): Promise<boolean>;
}

export interface Events {
  /** One page; `total` counts all that match. */
  filter(
    filter: EventFilter | null | undefined,
    page: { limit: number; offset?: number },
  ): Promise<{ events: ReceivedEvent[]; total: number }>;
  /** The same page as a JSON list, as it is passed on. */
  pageJson(
    filter: EventFilter | null | undefined,
    page: { limit: number; offset?: number },
  ): Promise<{ events: string; total: number }>;
  count(filter: EventFilter): Promise<number>;
  /** Throws the problem `invalid` for more than 1000 buckets. */
  countBy(input: Parsed<typeof events.countBy>): Promise<EventCount[]>;
  readMany(ids: readonly string[]): Promise<ReceivedEvent[]>;
}

/** What the old and the new dashboard count; see `schema/dashboard.ts`. */
export interface Dashboard {
  flowRunHistory(input: Parsed<typeof dashboard.flowRunHistory>): Promise<SimpleFlowRun[]>;
  countTaskRuns(flowRunIds: readonly string[]): Promise<Record<string, number>>;
  countDeployments(flowIds: readonly string[]): Promise<Record<string, number>>;
  nextRuns(flowIds: readonly string[]): Promise<Output<typeof dashboard.nextRuns>>;
  /** Twenty buckets. Throws the problem `invalid` without `task_runs.start_time.after_`. */
  taskRunCounts(
    input: Parsed<typeof dashboard.taskRunCounts>,
  ): Promise<Output<typeof dashboard.taskRunCounts>>;
  taskRunStates(
    input: Parsed<typeof dashboard.taskRunStates>,
  ): Promise<Output<typeof dashboard.taskRunStates>>;
  readTaskRun(id: string): Promise<Output<typeof dashboard.readTaskRun> | undefined>;
}

export interface Graphs {
  /** Throws the problem `bad-request` above 10,000 nodes. */
  read(input: Parsed<typeof graphs.read>): Promise<Graph | undefined>;
  readFull(flowRunId: string): Promise<RunGraph | undefined>;
  /** The same as JSON, for a route that sends it as it is. */
  readFullText(flowRunId: string): Promise<string | undefined>;
  groups(flowRunId: string): Promise<GraphGroups>;
  nodes(input: Parsed<typeof graphs.nodes>): Promise<Output<typeof graphs.nodes>>;
  edges(input: Parsed<typeof graphs.edges>): Promise<Output<typeof graphs.edges>>;
  changes(input: Parsed<typeof graphs.changes>): Promise<Output<typeof graphs.changes>>;
}
