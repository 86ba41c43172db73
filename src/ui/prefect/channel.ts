import { streamEvents, streamLogs } from "../../client/prefect-streams.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import type { Change, Scope } from "../../schema/live.ts";
import type { Api } from "../api.ts";
import { flowRunPatchOf, isHeartbeat, nounOf, relatedIds, rowIdOf, taskRunOf } from "./events.ts";

interface ChannelOptions {
  api: Api;
  onChanges: (changes: Change[]) => void;
  /** Rows of this noun have changed, and the change is not known: they must be read again. */
  onTouched: (noun: string) => void;
  onStatus: (status: "connecting" | "live" | "offline") => void;
  onRefused: () => void;
}

interface Stream {
  close(): void;
}

export interface PrefectChannel {
  subscribe(scopes: readonly Scope[]): void;
  close(): void;
}

/** Minimum milliseconds between two reads of changed flow runs, which are batched. */
const readEvery = 400;
const firstRead = 30;
const maxRead = 200;
/** A Prefect server stores task runs later than it publishes their events: lists are read again after this delay. */
const recordedAfter = 2_500;
/** Most ids of flows and deployments that are remembered to detect new ones. */
const maxKnown = 10_000;
/** Milliseconds that an unused stream stays open: a component that remounts unsubscribes briefly. */
const keptFor = 1_000;
/** Longest delay between connection attempts, for servers without streams. */
const lastRetry = 30_000;

/**
 * The live channel on top of the event streams of a Prefect server: an event names a changed row and its new state. The
 * rest of a flow run is read from the server; an event of a task run contains the whole row.
 */
export function openPrefectChannel(options: ChannelOptions): PrefectChannel {
  const { api, onChanges, onTouched } = options;
  const contact = { baseUrl: api.client.baseUrl, authString: api.authString ?? undefined, lastRetry };
  const rows = new FlowRunReader(api, onChanges);
  const isNew = unseenIds();
  let recorded: ReturnType<typeof setTimeout> | undefined;

  const hear = (event: ReceivedEvent) => {
    const noun = nounOf(event);
    if (noun === undefined || isHeartbeat(event)) return;
    for (const other of ["flow", "deployment"] as const)
      if (relatedIds(event, other).some(isNew)) onTouched(`${other}s`);
    onTouched(noun);
    if (noun === "flow-runs") {
      const row = flowRunPatchOf(event);
      if (row) onChanges([{ seq: 0, noun, kind: "updated", id: row.id, row }]);
      rows.want(rowIdOf(event));
      // A subflow is a node in the graph of its parent run.
      if (relatedIds(event, "task-run").length > 0) onTouched("task-runs");
    }
    if (noun !== "task-runs") return;
    clearTimeout(recorded);
    recorded = setTimeout(() => onTouched(noun), recordedAfter);
    const row = taskRunOf(event);
    if (row) onChanges([{ seq: 0, noun, kind: "updated", id: row.id, row }]);
  };

  const whole = streamEvents({
    ...contact,
    filter: { event: { prefix: ["prefect."], exclude_prefix: ["prefect.task-run.", "prefect.log."] } },
    onEvent: hear,
    onStatus: options.onStatus,
    onRefused: options.onRefused,
  });
  const openFor = ({ noun, flow_run_id }: Scope): Stream | undefined => {
    if (noun === "task-runs") {
      const any_resource = flow_run_id ? { id: [`prefect.flow-run.${flow_run_id}`] } : null;
      return streamEvents({
        ...contact,
        filter: { event: { prefix: ["prefect.task-run."] }, any_resource },
        onEvent: hear,
        // Changes between the last read and this connection.
        onStatus: (status) => status === "live" && onTouched("task-runs"),
      });
    }
    if (noun !== "logs") return undefined;
    return streamLogs({
      ...contact,
      filter: flow_run_id ? { flow_run_id: { any_: [flow_run_id] } } : {},
      onLog: (row) => onChanges([{ seq: 0, noun, kind: "created", id: row.id, row }]),
    });
  };

  const streams = new Streams(openFor);
  return {
    subscribe: (scopes) => streams.keep(scopes),
    close() {
      clearTimeout(recorded);
      whole.close();
      streams.close();
      rows.close();
    },
  };
}

/** The streams of the subscribed scopes, one for each scope. */
class Streams {
  readonly #open: (scope: Scope) => Stream | undefined;
  readonly #streams = new Map<string, Stream>();
  readonly #leaving = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(open: (scope: Scope) => Stream | undefined) {
    this.#open = open;
  }

  /** Opens missing streams, and closes unused ones after a delay. */
  keep(scopes: readonly Scope[]): void {
    const wanted = new Map(scopes.map((scope) => [`${scope.noun} ${scope.flow_run_id ?? ""}`, scope]));
    for (const key of this.#streams.keys()) {
      if (wanted.has(key) || this.#leaving.has(key)) continue;
      this.#leaving.set(
        key,
        setTimeout(() => this.#leave(key), keptFor),
      );
    }
    for (const [key, scope] of wanted) {
      clearTimeout(this.#leaving.get(key));
      this.#leaving.delete(key);
      const stream = this.#streams.has(key) ? undefined : this.#open(scope);
      if (stream) this.#streams.set(key, stream);
    }
  }

  close(): void {
    for (const timer of this.#leaving.values()) clearTimeout(timer);
    for (const stream of this.#streams.values()) stream.close();
  }

  #leave(key: string): void {
    this.#leaving.delete(key);
    this.#streams.get(key)?.close();
    this.#streams.delete(key);
  }
}

/** Returns true for ids that it has not seen before. */
function unseenIds(): (id: string) => boolean {
  const known = new Set<string>();
  return (id) => {
    if (known.has(id)) return false;
    if (known.size >= maxKnown) known.clear();
    known.add(id);
    return true;
  };
}

/** Reads the flow runs that events name, in batches. */
class FlowRunReader {
  readonly #api: Api;
  readonly #onChanges: (changes: Change[]) => void;
  readonly #wanted = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  #isClosed = false;

  constructor(api: Api, onChanges: (changes: Change[]) => void) {
    this.#api = api;
    this.#onChanges = onChanges;
  }

  want(id: string): void {
    this.#wanted.add(id);
    this.#plan();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #plan(): void {
    if (this.#isClosed || this.#timer !== undefined || this.#wanted.size === 0) return;
    const wait = Math.max(firstRead, this.#last + readEvery - Date.now());
    this.#timer = setTimeout(() => void this.#read(), wait);
  }

  async #read(): Promise<void> {
    const ids = [...this.#wanted].slice(0, maxRead);
    for (const id of ids) this.#wanted.delete(id);
    this.#last = Date.now();
    // A failed read is made up for by the next full read.
    const rows = await this.#api.client
      .call(flowRuns.filter, { flow_runs: { id: { any_: ids } }, limit: maxRead })
      .catch((): FlowRun[] => []);
    if (this.#isClosed) return;
    this.#onChanges(rows.map((row) => ({ seq: 0, noun: "flow-runs", kind: "updated", id: row.id, row })));
    this.#timer = undefined;
    this.#plan();
  }
}
