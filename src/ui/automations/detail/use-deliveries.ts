import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { z } from "zod";
import { type EventPage, events } from "../../../schema/events.ts";
import { clientOf } from "../../api.ts";
import { deliveriesOf, deliveryEvents } from "./deliveries.ts";

type Page = z.infer<typeof EventPage>;

/** The delivery log of an automation, a page of events at a time. */
export function useDeliveries(id: string) {
  const source = useInfiniteQuery({
    queryKey: ["automations", "deliveries", id],
    queryFn: ({ client, pageParam, signal }): Promise<Page> =>
      pageParam === null
        ? clientOf(client).call(events.filter, { filter: filterOf(id), limit: 50 }, { signal })
        : clientOf(client).call(events.next, { "page-token": pageParam }, { signal }),
    initialPageParam: startOf(),
    getNextPageParam: tokenOf,
  });
  const deliveries = useMemo(() => deliveriesOf(eventsOf(source.data)), [source.data]);
  return { source, deliveries };
}

const startOf = (): string | null => null;
const filterOf = (id: string) => ({
  event: { name: deliveryEvents },
  resource: { id: [`prefect.automation.${id}`] },
});

/** Events that arrive between two pages come twice. */
const eventsOf = (data: InfiniteData<Page> | undefined) => [
  ...new Map(data?.pages.flatMap((page) => page.events).map((event) => [event.id, event])).values(),
];

const tokenOf = ({ next_page }: Page): string | undefined =>
  (next_page && new URL(next_page, location.origin).searchParams.get("page-token")) || undefined;
