import type { EventCreate } from "../schema/events.ts";
import { heartbeatEvent } from "../schema/usual-event.ts";

const resourcePrefix = "prefect.flow-run.";

interface Pulse {
  /** When the last one came, by the server's clock. */
  last: number;
  /** The connection it came on, while that is open: the system closes it when the process ends, however it ends. */
  connection: object | null;
  /** The last one that came here, which is told of once more when it is stored. */
  noted?: string;
}

/** Stands for the connection to another replica: whether that is open cannot be seen from here. */
const elsewhere = {};

/** Which flow runs say that they live, and when they said so last. */
export class Heartbeats {
  readonly #now: () => number;
  readonly #pulses = new Map<string, Pulse>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes note of the heartbeats among `events`. */
  note(events: readonly EventCreate[], connection: object | null): void {
    for (const event of events) {
      if (event.event === heartbeatEvent && isOurs(event)) {
        this.#pulses.set(flowRunOf(event), { last: this.#now(), connection, noted: event.id });
      }
    }
  }

  /** Heartbeats that were stored, of which some have come to other replicas. */
  hear(events: readonly EventCreate[]): void {
    for (const event of events) {
      const id = flowRunOf(event);
      if (!isOurs(event) || this.#pulses.get(id)?.noted === event.id) continue;
      this.#pulses.set(id, { last: this.#now(), connection: elsewhere });
    }
  }

  /** A run that was known to have a pulse before this server started: it gets its time anew. */
  expect(flowRunId: string): void {
    if (!this.#pulses.has(flowRunId)) this.#pulses.set(flowRunId, { last: this.#now(), connection: null });
  }

  closed(connection: object): void {
    for (const pulse of this.#pulses.values()) if (pulse.connection === connection) pulse.connection = null;
  }

  forget(flowRunId: string): void {
    this.#pulses.delete(flowRunId);
  }

  /**
   * Runs without a pulse for `silentMs`. While the connection is open the process lives and may only be too busy
   * to speak, so it gets `busyMs`.
   */
  silent(silentMs: number, busyMs: number): { id: string; seconds: number }[] {
    const now = this.#now();
    return [...this.#pulses]
      .filter(([, { last, connection }]) => now - last > (connection ? busyMs : silentMs))
      .map(([id, { last }]) => ({ id, seconds: Math.round((now - last) / 1000) }));
  }
}

// Python clients send theirs at any interval of their own, so nothing follows from missing ones.
export const isOurs = (event: Pick<EventCreate, "resource">) =>
  event.resource["prefect.version"] === undefined;

const flowRunOf = (event: EventCreate) =>
  (event.resource["prefect.resource.id"] ?? "").slice(resourcePrefix.length);
