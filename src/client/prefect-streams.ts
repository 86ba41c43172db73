import { type EventFilter, ReceivedEvent } from "../schema/events.ts";
import { Log, type LogFilter } from "../schema/logs.ts";
import { openSocket, type SocketOptions } from "./authenticated-socket.ts";

type Contact = Omit<SocketOptions, "path" | "onReady" | "onText">;

interface EventStreamOptions extends Contact {
  /** Any time: those from now on. */
  filter: Omit<EventFilter, "occurred" | "order">;
  onEvent: (event: ReceivedEvent) => void;
}

const year = 365 * 86_400_000;

/**
 * Events of a server as they are received, from now on. Those during a lost connection are missed: `onStatus` reports
 * the reconnect.
 */
export function streamEvents({ filter, onEvent, ...contact }: EventStreamOptions): { close(): void } {
  const ask = () => {
    const now = Date.now();
    // Prefect's server ends at the filter's end, and uses the current time without one.
    const occurred = {
      since: new Date(now - 60_000).toISOString(),
      until: new Date(now + year).toISOString(),
    };
    socket.send({ type: "filter", filter: { ...filter, occurred }, backfill: false });
  };
  const socket = openSocket({
    ...contact,
    path: "/events/out",
    onReady: ask,
    onText(text) {
      const event = ReceivedEvent.safeParse(Object(JSON.parse(text)).event);
      if (event.success) onEvent(event.data);
    },
  });
  return socket;
}

interface LogStreamOptions extends Contact {
  filter: LogFilter;
  onLog: (log: Log) => void;
}

/**
 * Log lines as they are received, from now on. A Prefect server that does not publish them (by default it does not)
 * accepts clients and sends nothing.
 */
export function streamLogs({ filter, onLog, ...contact }: LogStreamOptions): { close(): void } {
  const socket = openSocket({
    ...contact,
    path: "/logs/out",
    onReady: () => socket.send({ type: "filter", filter }),
    onText(text) {
      const log = Log.safeParse(Object(JSON.parse(text)).log);
      if (log.success) onLog(log.data);
    },
  });
  return socket;
}
