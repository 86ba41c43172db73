import { keepPreviousData, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useRef } from "react";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { type RunSummary, runSummary } from "../../schema/run-summary.ts";
import { clientOf, query, useIsPraetor } from "../api.ts";
import { useScopes, useTouched } from "../live.ts";
import { hasFailed } from "./data.ts";

/** A Prefect server tells a failure before it has recorded the task, and before the lines come that say what failed. */
const recordsEvery = 2_500;
const recordsTries = 6;

export interface Summary {
  data: RunSummary | undefined;
  /** When it was read. */
  readAt: number;
  isPending: boolean;
}

/** The cards of runs that failed or wait, which most runs do not need. */
const cards = queryOptions({
  queryKey: ["run-cards"],
  queryFn: async () => {
    const [failure, waiting] = await Promise.all([
      import("./failure-card.tsx"),
      import("./waiting-card.tsx"),
    ]);
    return { FailureCard: failure.FailureCard, WaitingCard: waiting.WaitingCard };
  },
  ...{ staleTime: Number.POSITIVE_INFINITY, structuralSharing: false, meta: { live: "none" } },
});

/** Fetched when they are first wanted; pending until then, so that the page can wait for them. */
export function useCards(isWanted: boolean) {
  const { data, isPending } = useQuery({ ...cards, enabled: isWanted });
  return { FailureCard: data?.FailureCard, WaitingCard: data?.WaitingCard, isPending: isWanted && isPending };
}

/** What the head of the page tells beside the run itself: from our server in one answer, beside the run. */
export function useSummary(id: string, run: FlowRun | undefined): Summary {
  const isPraetor = useIsPraetor();
  const ours = useQuery({ ...query(runSummary.show, { id }), enabled: isPraetor });
  const theirs = useQuery({
    queryKey: ["run-summary", "walk", id, run !== undefined && hasFailed(run)],
    queryFn: async ({ client }) => {
      const { readElsewhere } = await import("./summary-elsewhere.ts");
      return run && readElsewhere(clientOf(client), run);
    },
    enabled: !isPraetor && run !== undefined,
    placeholderData: keepPreviousData,
    meta: { live: "none" },
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data?.failure && !isWhole(data) && dataUpdateCount < recordsTries ? recordsEvery : false,
  });
  const { data, dataUpdatedAt, isPending } = isPraetor ? ours : theirs;
  useChanges(id, run, data);
  return { data: data ?? undefined, readAt: dataUpdatedAt, isPending };
}

/** The lines that say what failed come after the state. */
const isWhole = ({ failure }: RunSummary): boolean =>
  failure !== null && failure.cause.task !== null && failure.errors.length + failure.error_lines.length > 0;

/**
 * Reads it again when the run comes into another state, and when more is known of its failure. Completion adds nothing to what
 * the page has been told.
 */
function useChanges(id: string, run: FlowRun | undefined, summary: RunSummary | undefined): void {
  const isPraetor = useIsPraetor();
  const queries = useQueryClient();
  const readAgain = useCallback(
    () => void (isPraetor && queries.invalidateQueries({ queryKey: ["run-summary", "show", { id }] })),
    [isPraetor, queries, id],
  );
  const state = run?.state?.id;
  const seen = useRef<string | undefined>(undefined);
  const compare = useEffectEvent((next: string) => {
    const isNew = seen.current !== undefined && seen.current !== next;
    if (isNew && run?.state_type !== "COMPLETED") readAgain();
    seen.current = next;
  });
  useEffect(() => {
    if (state !== undefined) compare(state);
  }, [state]);
  const isOpen = isPraetor && run !== undefined && hasFailed(run) && !summary?.failure?.group;
  useScopes(isOpen ? [{ noun: "failures" }, { noun: "errors", flow_run_id: id }] : []);
  // Lines come in portions, the last of them after the state.
  const onLines = useCallback(() => {
    if (isOpen) readAgain();
  }, [isOpen, readAgain]);
  useTouched("logs", onLines);
}
