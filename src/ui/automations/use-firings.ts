import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { events } from "../../schema/events.ts";
import { timestamp } from "../../schema/scalars.ts";
import { clientOf } from "../api.ts";
import { useNow } from "../kit/now.ts";

export const firedEvent = "prefect.automation.triggered";
const days = 7;
const hourMs = 3_600_000;

export interface Firings {
  count: number;
  last: string;
}

/** How often each automation fired in the last seven days, and when it did last: one request for all of them. */
export function useFirings(): { of: (id: string) => Firings | undefined; isPending: boolean } {
  // To the hour, so that the request stays the same meanwhile.
  const hour = Math.floor(useNow(60) / hourMs) * hourMs;
  const { data, isPending } = useQuery({
    queryKey: ["automations", "firings", hour],
    queryFn: ({ client }) =>
      clientOf(client).call(events.countBy, {
        countable: "resource",
        filter: {
          event: { name: [firedEvent] },
          occurred: { since: timestamp(hour - days * 24 * hourMs) },
        },
      }),
    placeholderData: (previous) => previous,
  });
  return useMemo(() => {
    const counts = new Map(data?.map(({ value, count, end_time }) => [value, { count, last: end_time }]));
    return { of: (id: string) => counts.get(`prefect.automation.${id}`), isPending };
  }, [data, isPending]);
}
