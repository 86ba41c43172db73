import { attemptLabel } from "../schema/attempt-tokens.ts";
import { heartbeatEvent } from "../schema/event-names.ts";
import type { EventCreate } from "../schema/events.ts";

const resourcePrefix = "prefect.flow-run.";

/** The process of a flow run: a given-up attempt has its own heartbeats. */
export interface HeartbeatSource {
  flowRunId: string;
  /** Null for clients that do not name their attempts. */
  token: string | null;
}

interface HeartbeatRecord extends HeartbeatSource {
  /** Arrival of the last heartbeat, by the server's clock. */
  last: number;
  /** The connection it arrived on, while open: the operating system closes it when the process ends. */
  connection: object | null;
  /** The last one received here, which is reported again when it is stored. */
  noted?: string;
}

/** Represents a connection to another replica, whose status is unknown here. */
const elsewhere = {};

/** Latest heartbeats of flow runs. */
export class Heartbeats {
  readonly #now: () => number;
  readonly #pulses = new Map<string, HeartbeatRecord>();
  /** Processes whose first heartbeat arrived since the last query. */
  #fresh = new Map<string, HeartbeatSource>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes note of the heartbeats among `events`. */
  note(events: readonly EventCreate[], connection: object | null): void {
    for (const event of events) {
      if (event.event !== heartbeatEvent || !isOurs(event)) continue;
      this.#beat({ ...heartbeatSourceOf(event), last: this.#now(), connection, noted: event.id });
    }
  }

  /** Stored heartbeats, some of them received by other replicas. */
  observe(events: readonly EventCreate[]): void {
    for (const event of events) {
      const beating = heartbeatSourceOf(event);
      if (!isOurs(event) || this.#pulses.get(keyOf(beating))?.noted === event.id) continue;
      this.#beat({ ...beating, last: this.#now(), connection: elsewhere });
    }
  }

  #beat(pulse: HeartbeatRecord): void {
    const key = keyOf(pulse);
    if (!this.#pulses.has(key)) this.#fresh.set(key, { flowRunId: pulse.flowRunId, token: pulse.token });
    this.#pulses.set(key, pulse);
  }

  /** A run with heartbeats before this server started: its timeout restarts. */
  expect(beating: HeartbeatSource): void {
    const key = keyOf(beating);
    if (!this.#pulses.has(key)) this.#pulses.set(key, { ...beating, last: this.#now(), connection: null });
  }

  closed(connection: object): void {
    for (const pulse of this.#pulses.values()) if (pulse.connection === connection) pulse.connection = null;
  }

  forget(beating: HeartbeatSource): void {
    this.#pulses.delete(keyOf(beating));
  }

  /** Processes that sent a first heartbeat, or one after being forgotten, since the last call. */
  takeFresh(): HeartbeatSource[] {
    const fresh = [...this.#fresh.values()];
    this.#fresh = new Map();
    return fresh;
  }

  /**
   * Processes without a heartbeat for `silentMs`. While the connection is open the process is alive and may be too busy
   * to send one, so it gets `busyMs`.
   */
  silent(silentMs: number, busyMs: number): (HeartbeatSource & { seconds: number })[] {
    const now = this.#now();
    return [...this.#pulses.values()]
      .filter(({ last, connection }) => now - last > (connection ? busyMs : silentMs))
      .map(({ flowRunId, token, last }) => ({ flowRunId, token, seconds: Math.round((now - last) / 1000) }));
  }
}

// Python clients choose their own interval, so missing heartbeats prove nothing.
export const isOurs = (event: Pick<EventCreate, "resource">) =>
  event.resource["prefect.version"] === undefined;

export const heartbeatSourceOf = ({ resource }: Pick<EventCreate, "resource">): HeartbeatSource => ({
  flowRunId: (resource["prefect.resource.id"] ?? "").slice(resourcePrefix.length),
  token: resource[attemptLabel] ?? null,
});

const keyOf = ({ flowRunId, token }: HeartbeatSource): string => `${flowRunId}/${token ?? ""}`;
