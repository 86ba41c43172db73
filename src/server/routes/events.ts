import type { Context } from "hono";
import { z } from "zod";
import { type EventFilter, EventFilter as EventFilterSchema, events } from "../../schema/events.ts";
import { problem } from "../../schema/problems.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Store } from "../../store/store.ts";
import { originOf } from "../origin.ts";
import { type Api, jsonText, serve } from "../serve.ts";

/** Where the next page begins. */
const PageToken = z.object({
  filter: EventFilterSchema,
  count: z.int(),
  page_size: z.int().min(1).max(50),
  offset: z.int().min(0),
});
type PageToken = z.infer<typeof PageToken>;

/** Events, and characters of them, that are written at once. */
const maxEventsPerWrite = 500;
const charactersAtOnce = 1_000_000;

export function serveEvents(api: Api, store: Store, now: () => number): void {
  serve(api, events.create, async (input, c) => {
    const length = (c.env.body?.length ?? 0) / input.events.length;
    const portion = Math.max(1, Math.min(maxEventsPerWrite, Math.floor(charactersAtOnce / length)));
    for (let at = 0; at < input.events.length; at += portion) {
      await store.ingest(input.events.slice(at, at + portion));
    }
    return undefined;
  });
  serve(api, events.filter, async ({ filter, limit }, c) => {
    // The end is set on the first page: what happens meanwhile must not move the pages after it.
    const until = filter?.occurred?.until ?? timestamp(now() + 1);
    const fixed: EventFilter = { order: "DESC", ...filter, occurred: { ...filter?.occurred, until } };
    const { events: rows, total } = await store.events.pageJson(fixed, { limit });
    const position = { filter: fixed, count: total, page_size: limit, offset: limit };
    return pageOf(rows, total, nextPage(position, c));
  });
  serve(api, events.next, async (input, c) => {
    const position = readToken(input["page-token"]);
    const { filter, page_size: limit, offset } = position;
    const { events: rows } = await store.events.pageJson(filter, { limit, offset });
    return pageOf(rows, position.count, nextPage({ ...position, offset: offset + limit }, c));
  });
  serve(api, events.countBy, (input) => store.events.countBy(input));
}

const pageOf = (rows: string, total: number, next: string | null): Response =>
  jsonText(`{"events":${rows},"total":${total},"next_page":${JSON.stringify(next)}}`, { status: 200 });

function nextPage(position: PageToken, c: Context): string | null {
  if (position.page_size === 0 || position.offset >= position.count) return null;
  const json = Buffer.from(JSON.stringify(position)).toString("base64");
  const token = encodeURIComponent(Buffer.from(json).toString("base64"));
  return `${originOf(c)}/api/events/filter/next?page-token=${token}`;
}

function readToken(token: string): PageToken {
  const decode = (text: string) => Buffer.from(text, "base64").toString("utf8");
  try {
    return PageToken.parse(JSON.parse(decode(decode(token))));
  } catch (cause) {
    throw problem("forbidden", "Unable to validate pagination token", { cause });
  }
}
