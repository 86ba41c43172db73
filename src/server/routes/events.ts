import type { Context } from "hono";
import { z } from "zod";
import { type EventFilter, EventFilter as EventFilterSchema, events } from "../../schema/events.ts";
import { problem } from "../../schema/problems.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { originOf } from "../origin.ts";
import { type Api, serve } from "../serve.ts";

/** Where the next page begins. */
const Place = z.object({
  filter: EventFilterSchema,
  count: z.int(),
  page_size: z.int().min(1).max(50),
  offset: z.int().min(0),
});
type Place = z.infer<typeof Place>;

export function serveEvents(api: Api, store: Store, now: () => number): void {
  serve(api, events.create, async (input) => {
    await store.ingest(input.events);
    return undefined;
  });
  serve(api, events.filter, async ({ filter, limit }, c) => {
    // The end is set on the first page: what happens meanwhile must not move the pages after it.
    const until = filter?.occurred?.until ?? timestamp(now() + 1);
    const fixed: EventFilter = { order: "DESC", ...filter, occurred: { ...filter?.occurred, until } };
    const page = await store.events.filter(fixed, { limit });
    const place = { filter: fixed, count: page.total, page_size: limit, offset: limit };
    return { ...page, next_page: nextPage(place, c) };
  });
  serve(api, events.next, async (input, c) => {
    const place = readToken(input["page-token"]);
    const { filter, page_size: limit, offset } = place;
    const { events: rows } = await store.events.filter(filter, { limit, offset });
    return { events: rows, total: place.count, next_page: nextPage({ ...place, offset: offset + limit }, c) };
  });
  serve(api, events.countBy, (input) => store.events.countBy(input));
}

function nextPage(place: Place, c: Context): string | null {
  if (place.page_size === 0 || place.offset >= place.count) return null;
  const json = Buffer.from(JSON.stringify(place)).toString("base64");
  const token = encodeURIComponent(Buffer.from(json).toString("base64"));
  return `${originOf(c)}/api/events/filter/next?page-token=${token}`;
}

function readToken(token: string): Place {
  const decode = (text: string) => Buffer.from(text, "base64").toString("utf8");
  try {
    return Place.parse(JSON.parse(decode(decode(token))));
  } catch (cause) {
    throw problem("forbidden", "Unable to validate pagination token", { cause });
  }
}
