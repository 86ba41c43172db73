import { streamEvents } from "../../client/prefect-streams.ts";
import type { EventFilter, ReceivedEvent } from "../../schema/events.ts";
import type { Api } from "../api.ts";

interface Listener {
  onRow: (event: ReceivedEvent) => void;
  /** Some may have been missed, as after a lost connection. */
  onMissed: () => void;
}

/** The server looks at the filter of a stream a little after it has accepted the stream. */
const settlesWithin = 500;
const lastRetry = 30_000;

/** Hears events as they are received; also each time that some may have been missed. Returns how to stop. */
export function followEvents(
  api: Api,
  filter: Omit<EventFilter, "occurred" | "order">,
  { onRow, onMissed }: Listener,
): () => void {
  let settled: ReturnType<typeof setTimeout> | undefined;
  const stream = streamEvents({
    ...{ baseUrl: api.client.baseUrl, authString: api.authString ?? undefined, lastRetry, filter },
    onEvent: onRow,
    onStatus(status) {
      clearTimeout(settled);
      if (status === "live") settled = setTimeout(onMissed, settlesWithin);
    },
  });
  return () => {
    clearTimeout(settled);
    stream.close();
  };
}
