import { streamEvents, streamLogs } from "../../client/prefect-streams.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import type { Change, Scope } from "../../schema/live.ts";
import type { Api } from "../api.ts";
import { flowRunPatchOf, isHeartbeat, nounOf, relatedIds, rowIdOf, taskRunOf } from "./events.ts";

interface ChannelOptions {
  api: Api;
  onChanges: (changes: Change[]) => void;
  /** Rows of this noun have changed in ways that only the server knows. */
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

/** Flow runs that changed are read together, at once after quiet, then at most this often. */
const readEvery = 400;
const firstRead = 30;
const maxRead = 200;
/** Such a server records task runs a little later than it tells of them: lists are read again after so much quiet. */
const recordedAfter = 2_500;
/** Ids of flows and deployments that were heard of; enough to tell a new one from those on the screen. */
const maxKnown = 10_000;
/** A component that renders anew leaves for a moment. */
const keptFor = 1_000;
/** A server that has no streams is asked rarely. */
const lastRetry = 30_000;

/**
 * What our live channel tells, from what a Prefect server tells: its events say which rows have changed, and to which state.
 * Flow runs are then read for the rest; task runs are told whole, and recorded later than they are told.
 */
export function openPrefectChannel(options: ChannelOptions): PrefectChannel {
  const { api, onChanges, onTouched } = options;
  const contact = { baseUrl: api.client.baseUrl, authString: api.authString ?? undefined, lastRetry };
  const rows = new FlowRunReader(api, onChanges);
  const isNew = knowing();
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
      // A subflow: it is a node of the run that called it.
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
        // What has changed since they were read, and before this was open.
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

/** The streams of what is listened to, each opened once. */
class Streams {
  readonly #open: (scope: Scope) => Stream | undefined;
  readonly #streams = new Map<string, Stream>();
  readonly #leaving = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(open: (scope: Scope) => Stream | undefined) {
    this.#open = open;
  }

  /** Opens those that are missing, and closes all others after a moment. */
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

/** Tells which ids were never asked about before. */
function knowing(): (id: string) => boolean {
  const known = new Set<string>();
  return (id) => {
    if (known.has(id)) return false;
    if (known.size >= maxKnown) known.clear();
    known.add(id);
    return true;
  };
}

/** Reads the flow runs that events name, many with one request. */
class FlowRunReader {
  readonly #api: Api;
  readonly #onChanges: (changes: Change[]) => void;
  readonly #wanted = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;

  constructor(api: Api, onChanges: (changes: Change[]) => void) {
    this.#api = api;
    this.#onChanges = onChanges;
  }

  want(id: string): void {
    this.#wanted.add(id);
    this.#plan();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #plan(): void {
    if (this.#timer !== undefined || this.#wanted.size === 0) return;
    const wait = Math.max(firstRead, this.#last + readEvery - Date.now());
    this.#timer = setTimeout(() => void this.#read(), wait);
  }

  async #read(): Promise<void> {
    const ids = [...this.#wanted].slice(0, maxRead);
    for (const id of ids) this.#wanted.delete(id);
    this.#last = Date.now();
    // What cannot be read now is there when everything is read again.
    const rows = await this.#api.client
      .call(flowRuns.filter, { flow_runs: { id: { any_: ids } }, limit: maxRead })
      .catch((): FlowRun[] => []);
    this.#onChanges(rows.map((row) => ({ seq: 0, noun: "flow-runs", kind: "updated", id: row.id, row })));
    this.#timer = undefined;
    this.#plan();
  }
}
