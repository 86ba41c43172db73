import { attemptLabel } from "../schema/attempt-tokens.ts";
import { heartbeatEvent } from "../schema/event-names.ts";
import type { EventCreate } from "../schema/events.ts";

const resourcePrefix = "prefect.flow-run.";

/** The process of a flow run: an attempt that was given up has a pulse of its own, if it lives. */
export interface HeartbeatSource {
  flowRunId: string;
  /** Null for clients that do not name their attempts. */
  token: string | null;
}

interface HeartbeatRecord extends HeartbeatSource {
  /** When the last one came, by the server's clock. */
  last: number;
  /** The connection it came on, while that is open: the system closes it when the process ends, however it ends. */
  connection: object | null;
  /** The last one that came here, which is reported once more when it is stored. */
  noted?: string;
}

/** Stands for the connection to another replica: whether that is open cannot be seen from here. */
const elsewhere = {};

/** Which flow runs say that they live, and when they said so last. */
export class Heartbeats {
  readonly #now: () => number;
  readonly #pulses = new Map<string, HeartbeatRecord>();
  /** Whose first heartbeat came since somebody asked. */
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

  /** Heartbeats that were stored, of which some have come to other replicas. */
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

  /** A run that was known to have a pulse before this server started: it gets its time anew. */
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

  /** Processes that were heard of for the first time, or again after they had been forgotten, since this was asked last. */
  takeFresh(): HeartbeatSource[] {
    const fresh = [...this.#fresh.values()];
    this.#fresh = new Map();
    return fresh;
  }

  /**
   * Processes without a pulse for `silentMs`. While the connection is open the process lives and may only be too busy
   * to speak, so it gets `busyMs`.
   */
  silent(silentMs: number, busyMs: number): (HeartbeatSource & { seconds: number })[] {
    const now = this.#now();
    return [...this.#pulses.values()]
      .filter(({ last, connection }) => now - last > (connection ? busyMs : silentMs))
      .map(({ flowRunId, token, last }) => ({ flowRunId, token, seconds: Math.round((now - last) / 1000) }));
  }
}

// Python clients send theirs at any interval of their own, so nothing follows from missing ones.
export const isOurs = (event: Pick<EventCreate, "resource">) =>
  event.resource["prefect.version"] === undefined;

export const heartbeatSourceOf = ({ resource }: Pick<EventCreate, "resource">): HeartbeatSource => ({
  flowRunId: (resource["prefect.resource.id"] ?? "").slice(resourcePrefix.length),
  token: resource[attemptLabel] ?? null,
});

const keyOf = ({ flowRunId, token }: HeartbeatSource): string => `${flowRunId}/${token ?? ""}`;
