import type { Logger } from "pino";
import { WebSocket } from "ws";
import { heartbeatEvent } from "../../schema/event-names.ts";
import type { EventCreate } from "../../schema/events.ts";
import { parseExact } from "../../schema/exact-json.ts";
import { BatchFrame, type GivenUp } from "../../schema/live.ts";
import type { Store } from "../../store/store.ts";
import type { Heartbeats } from "../heartbeats.ts";
import { replaceUnstorable } from "../http/unstorable-text.ts";
import { readEvent } from "../read-event.ts";
import { type Channel, type Listener, parsed } from "./accept.ts";

interface EventsInOptions {
  store: Pick<Store, "ingest" | "ingestText">;
  heartbeats: Heartbeats;
  log: Logger;
}

/** Characters received but not yet stored, above which reading a connection is paused, and below which it is resumed. */
const pauseAt = 20_000_000;
const resumeAt = 10_000_000;
/** Maximum characters of a single event, and of a list that this thread has to parse. */
const maxEvent = 1_500_000;
const maxOddList = 8_000_000;
const tooBig = 1009;
const invalidData = 1007;
const internalError = 1011;

/** Receives events of clients: one event per frame, or numbered lists that are acknowledged once stored. */
export function eventsIn({ store, heartbeats, log }: EventsInOptions): Channel {
  return {
    isStream: true,
    welcome: { praetor: { batch: true } },
    // A process that computes without pause answers no ping for minutes, although it is alive.
    patience: 15,
    open(socket): Listener {
      let waiting = 0;
      let settled: Promise<unknown> = Promise.resolve();

      /** Pauses the connection while too much is unsaved, and acknowledges the list once it is stored. */
      const follow = (stored: Promise<unknown>, { length, seq }: { length: number; seq: number | null }) => {
        waiting += length;
        if (waiting > pauseAt) socket.pause();
        const followed = stored.then(
          () => {
            waiting -= length;
            if (socket.isPaused && waiting < resumeAt) socket.resume();
            if (seq !== null && socket.readyState === WebSocket.OPEN) {
              socket.send(JSON.stringify({ type: "ack", seq }));
            }
          },
          (error: unknown) => {
            // Unacknowledged lists are sent again on the next connection.
            log.error({ err: error }, "events could not be stored");
            socket.close(internalError, "The events could not be stored.");
          },
        );
        settled = Promise.all([settled, followed]);
      };
      const ingest = async (events: EventCreate[]) => {
        heartbeats.note(events, socket);
        notifyFenced(await store.ingest(events));
      };
      /** Clients that name their attempts handle this message. */
      const notifyFenced = (tokens: readonly string[]) => {
        if (tokens.length === 0 || socket.readyState !== WebSocket.OPEN) return;
        socket.send(JSON.stringify({ type: "given-up", tokens: [...tokens] } satisfies GivenUp));
      };

      /** Stores a list without parsing it, except events in an unusual form, which are parsed by the schema. */
      const ingestList = async (text: string) => {
        const { unusual, givenUp } = await store.ingestText(text);
        notifyFenced(givenUp);
        if (unusual === null) return refuse();
        if (unusual.length === 0) return;
        const events: unknown[] = parseExact(text);
        const raw = unusual.map((place) => events[place]);
        await ingest(valid(raw, log));
      };
      const refuse = () => socket.close(invalidData, "Expected an event as JSON.");

      return {
        onText(raw) {
          const text = replaceUnstorable(raw);
          const { length } = text;
          const list = standardList(text);
          // No client sends a single event of that size, and parsing it would block all others.
          if (!list && length > (listHead.test(text) ? maxOddList : maxEvent)) {
            return socket.close(tooBig, `Expected an event of at most ${maxEvent / 1_000_000} MB.`);
          }
          if (list) return follow(ingestList(list.events), { length, seq: list.seq });
          const frame = parsed(text, parseExact);
          const batch = BatchFrame.safeParse(frame);
          if (batch.success) {
            return follow(ingest(valid(batch.data.events, log)), { length, seq: batch.data.seq });
          }
          const read = readEvent(frame);
          if ("event" in read) return follow(ingest([read.event]), { length, seq: null });
          return refuse();
        },
        onClose: () => heartbeats.closed(socket),
        settled: () => settled,
      };
    },
  };
}

const listHead = /^\{"type":"events","seq":(\d{1,15}),"events":\[/;

/**
 * A list in exactly the format of our engine, which the store can parse itself; undefined: it is parsed here.
 * This thread handles heartbeats.
 */
function standardList(text: string): { seq: number; events: string } | undefined {
  const head = listHead.exec(text);
  if (!head || !text.endsWith("]}") || text.includes(heartbeatEvent)) return undefined;
  return { seq: Number(head[1]), events: text.slice(head[0].length - 1, -1) };
}

/** Drops invalid events: otherwise the client would send its list again forever. */
function valid(events: readonly unknown[], log: Logger): EventCreate[] {
  return events.flatMap((raw) => {
    const read = readEvent(raw);
    if ("event" in read) return [read.event];
    log.warn({ issues: read.issues }, "an event was not understood and left out");
    return [];
  });
}
