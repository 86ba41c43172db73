import { WebSocket } from "ws";
import { z } from "zod";
import { EventFilter, type ReceivedEvent } from "../../schema/events.ts";
import { timestamp, withDefault } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { matcher } from "../event-filter.ts";
import { longList, tooLong } from "../http/list-limits.ts";
import { type Channel, type Listener, parsed } from "./accept.ts";

interface EventsOutOptions {
  store: Pick<Store, "events" | "onEvents">;
  now: () => number;
}

const FilterMessage = z.object({
  type: z.literal("filter"),
  filter: EventFilter,
  backfill: withDefault(z.boolean(), () => true),
});

const backfillMs = 15 * 60_000;
const pageSize = 250;
/** Bytes that a reader may lag behind; above that, its events are dropped. */
const maxLag = 4 * 1024 * 1024;
/** Events buffered until past ones are sent; further ones are dropped, as for readers that lag behind. */
const maxHeld = 10_000;
const protocolError = 1002;

/** The names, or prefixes of names, that a reader filters by; undefined if any. */
type Names = readonly string[] | undefined;
type Deliver = (events: readonly ReceivedEvent[], frame: (event: ReceivedEvent) => string) => void;

/** Sends every event that matches a filter, from up to 15 minutes ago on. */
export function eventsOut({ store, now }: EventsOutOptions): Channel {
  const readers = new Map<Deliver, Names>();
  const broadcast = (events: readonly ReceivedEvent[]) => {
    const frames = new Map<string, string>();
    // Each event is serialised once, however many readers there are.
    const frame = (event: ReceivedEvent) => {
      const known = frames.get(event.id) ?? frameOf(event);
      frames.set(event.id, known);
      return known;
    };
    for (const deliver of readers.keys()) deliver(events, frame);
  };
  const close = store.onEvents(broadcast, () => {
    const all = [...readers.values()];
    return all.includes(undefined) ? undefined : all.flatMap((names) => names ?? []);
  });
  return {
    close,
    open(socket): Listener {
      let stop = () => {};
      return {
        onText(text) {
          const json = parsed(text);
          if (tooLong(FilterMessage, json)) return socket.close(protocolError, longList);
          const message = FilterMessage.safeParse(json);
          if (!message.success) return socket.close(protocolError, "Expected a filter message.");
          stop();
          stop = follow(socket, message.data);
        },
        onClose: () => stop(),
      };
    },
  };

  function follow(socket: WebSocket, { filter, backfill }: z.infer<typeof FilterMessage>): () => void {
    const matches = matcher(filter);
    /** Live events are buffered here until past ones are sent. */
    let held: [ReceivedEvent, string][] | null = backfill ? [] : null;
    const deliver: Deliver = (events, frame) => {
      for (const event of events) {
        if (!matches(event)) continue;
        if (held) {
          if (held.length < maxHeld) held.push([event, frame(event)]);
        } else send(socket, frame(event));
      }
    };
    readers.set(deliver, namesIn(filter));
    const sendBuffered = (sent: ReadonlySet<string>) => {
      for (const [event, frame] of held ?? []) if (!sent.has(event.id)) send(socket, frame);
      held = null;
    };
    if (backfill)
      sendBackfill(socket, filter).then(sendBuffered, () =>
        socket.close(1011, "The past events could not be read."),
      );
    return () => readers.delete(deliver);
  }

  /** Sends past events, oldest first, and returns which ones. */
  async function sendBackfill(socket: WebSocket, filter: EventFilter): Promise<Set<string>> {
    const oldest = timestamp(now() - backfillMs);
    const since = filter.occurred?.since ?? oldest;
    const past: EventFilter = {
      ...filter,
      occurred: { ...filter.occurred, since: since > oldest ? since : oldest },
      order: "ASC",
    };
    const sent = new Set<string>();
    for (let offset = 0; socket.readyState === WebSocket.OPEN; offset += pageSize) {
      const { events } = await store.events.filter(past, { limit: pageSize, offset });
      for (const event of events) {
        if (sent.has(event.id)) continue;
        sent.add(event.id);
        send(socket, frameOf(event));
      }
      if (events.length < pageSize) break;
    }
    return sent;
  }
}

function namesIn({ event }: EventFilter): Names {
  const names = event?.name ?? [];
  const prefixes = event?.prefix ?? [];
  return names.length > 0 ? names : prefixes.length > 0 ? prefixes : undefined;
}

const frameOf = (event: ReceivedEvent) => JSON.stringify({ type: "event", event });

function send(socket: WebSocket, text: string): void {
  if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < maxLag) socket.send(text);
}
