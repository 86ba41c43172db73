import { type EventFilter, events, type ReceivedEvent } from "../../schema/events.ts";
import type { HeadSource } from "../lists/use-head-pages.ts";
import { pageTokenOf } from "../parts/event-pages.ts";
import { followEvents } from "../parts/event-stream.ts";
import { timeOf } from "../parts/time/times.ts";
import { type EventQuery, occurredIn } from "./fields.ts";

export type Sort = "newest" | "oldest";

/** As the API has it. */
const pageSize = 50;

/** The events that match, and those that come. */
export function eventSource(asked: EventQuery, sort: Sort): HeadSource<ReceivedEvent> {
  const input: { filter: EventFilter } = {
    filter: { ...asked.filter, occurred: occurredIn(asked), order: sort === "newest" ? "DESC" : "ASC" },
  };
  const mayCome = sort === "newest" && (asked.until === undefined || asked.until > Date.now());
  return {
    ...{ noun: "events", input, pageSize, order: orders[sort] },
    async read(client, cursor, signal) {
      const options = signal ? { signal } : {};
      const page =
        cursor && "token" in cursor
          ? await client.call(events.next, { "page-token": cursor.token }, options)
          : await client.call(events.filter, input, options);
      const token = page.events.length < pageSize ? undefined : pageTokenOf(page.next_page);
      return { results: page.events, next: token ? { token } : null, matching: page.total };
    },
    ...(mayCome && { follow: (api, follower) => followEvents(api, asked.filter, follower) }),
  };
}

const oldestFirst = (a: ReceivedEvent, b: ReceivedEvent): number => timeOf(a.occurred) - timeOf(b.occurred);
const orders = {
  newest: (a: ReceivedEvent, b: ReceivedEvent) => oldestFirst(b, a),
  oldest: oldestFirst,
};
