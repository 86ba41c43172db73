import type { Logger } from "pino";
import { WebSocket } from "ws";
import type { EventCreate } from "../../schema/events.ts";
import { BatchFrame } from "../../schema/live.ts";
import type { Store } from "../../store/store.ts";
import type { Heartbeats } from "../heartbeats.ts";
import { readEvent } from "../read-event.ts";
import { type Channel, type Listener, parsed } from "./accept.ts";

interface EventsInOptions {
  store: Pick<Store, "ingest">;
  heartbeats: Heartbeats;
  log: Logger;
}

/** Events taken but not yet stored, above which a connection is not read from, and below which it is again. */
const fullAt = 20_000;
const roomAt = 10_000;
const invalidData = 1007;
const internalError = 1011;

/** Where clients report what happens: one event per frame, or numbered lists that are acknowledged once stored. */
export function eventsIn({ store, heartbeats, log }: EventsInOptions): Channel {
  return {
    welcome: { praetor: { batch: true } },
    // A process that computes without pause answers no ping for minutes, and yet it lives.
    patience: 15,
    open(socket): Listener {
      let waiting = 0;
      let settled: Promise<unknown> = Promise.resolve();

      const take = (events: EventCreate[], seq: number | null) => {
        heartbeats.note(events, socket);
        waiting += events.length;
        if (waiting > fullAt) socket.pause();
        const stored = store.ingest(events).then(
          () => {
            waiting -= events.length;
            if (socket.isPaused && waiting < roomAt) socket.resume();
            if (seq !== null && socket.readyState === WebSocket.OPEN) {
              socket.send(JSON.stringify({ type: "ack", seq }));
            }
          },
          (error: unknown) => {
            // What was not acknowledged is sent again on the next connection.
            log.error({ err: error }, "events could not be stored");
            socket.close(internalError, "The events could not be stored.");
          },
        );
        settled = Promise.all([settled, stored]);
      };

      return {
        onText(text) {
          const frame = parsed(text);
          const batch = BatchFrame.safeParse(frame);
          if (batch.success) return take(valid(batch.data.events, log), batch.data.seq);
          const read = readEvent(frame);
          if ("event" in read) return take([read.event], null);
          return socket.close(invalidData, "Expected an event as JSON.");
        },
        onClose: () => heartbeats.closed(socket),
        settled: () => settled,
      };
    },
  };
}

/** Leaves out what is no event: the client would send its list again and again, and never get past it. */
function valid(events: readonly unknown[], log: Logger): EventCreate[] {
  return events.flatMap((given) => {
    const read = readEvent(given);
    if ("event" in read) return [read.event];
    log.warn({ issues: read.issues }, "an event was not understood and left out");
    return [];
  });
}
