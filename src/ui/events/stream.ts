import { streamEvents } from "../../client/prefect-streams.ts";
import type { ReceivedEvent } from "../../schema/events.ts";
import type { Api } from "../api.ts";
import type { Follower } from "../lists/use-head-pages.ts";
import type { EventQuery } from "./fields.ts";

/** The server looks at the filter of a stream a little after it has accepted the stream. */
const settlesWithin = 500;
const lastRetry = 30_000;

/** Hears events as they are received; also each time that some may have been missed. Returns how to stop. */
export function followEvents(
  api: Api,
  filter: EventQuery["filter"],
  { onRow, onMissed }: Follower<ReceivedEvent>,
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
