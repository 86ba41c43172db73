import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { events } from "../../../schema/events.ts";
import { clientOf } from "../../api.ts";
import { runEvent } from "../model/presets.ts";

export const runStates = [
  ...["Scheduled", "Late", "Pending", "Running", "Completed", "Failed", "TimedOut", "Crashed"],
  ...["Cancelling", "Cancelled", "Paused", "Suspended", "AwaitingRetry", "Retrying"],
];

const known = [
  ...[...runStates, "*"].map(runEvent),
  ...["deployment", "work-pool", "work-queue"].flatMap((kind) =>
    ["ready", "not-ready", "paused", "created", "updated", "deleted"].map(
      (what) => `prefect.${kind}.${what}`,
    ),
  ),
  ...["triggered", "action.executed", "action.failed", "created", "updated", "deleted"].map(
    (what) => `prefect.automation.${what}`,
  ),
  ...["flow", "variable", "block-document"].flatMap((kind) =>
    ["created", "updated", "deleted"].map((what) => `prefect.${kind}.${what}`),
  ),
];

/** Names of events to complete: those of every server, and what this one has stored in the last days. */
export function useEventNames(): readonly string[] {
  const { data } = useQuery({
    queryKey: ["automations", "event-names"],
    queryFn: ({ client }) =>
      clientOf(client).call(events.countBy, {
        countable: "event",
        filter: { occurred: { since: new Date(Date.now() - 86_400_000).toISOString() } },
      }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    meta: { live: "none" },
  });
  return useMemo(() => [...new Set([...(data ?? []).map(({ value }) => value), ...known])], [data]);
}
