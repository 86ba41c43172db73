import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import type { Change } from "../../../schema/live.ts";
import type { StateType } from "../../../schema/states.ts";
import { type Waiting, waiting } from "../../../schema/waiting.ts";
import { query, useIsPraetor } from "../../api.ts";
import { useScopes } from "../../live.ts";

export type Explained = (flowRunId: string) => Waiting | undefined;

/** Whether there can be a reason: it has not begun, or it is paused. */
export const mayWait = ({ state_type: type }: { state_type: StateType | null }): boolean =>
  type === "SCHEDULED" || type === "PENDING" || type === "PAUSED";

/** What was read with something else, and when. */
interface Known {
  explained: readonly Waiting[];
  at: number;
}

const most = 200;

/**
 * Why these runs wait, as the server that holds them back tells it: one request for all of them. Undefined for
 * each of them on other servers, and as long as nothing is known.
 */
export function useExplained(flowRunIds: readonly string[], known?: Known): Explained {
  const isPraetor = useIsPraetor();
  const ids = isPraetor ? flowRunIds.slice(0, most).toSorted() : [];
  const { data } = useQuery({
    ...query(waiting.explain, { flow_run_ids: ids }),
    enabled: ids.length > 0,
    placeholderData: (previous) => previous,
    ...(known && ids.length > 0 && { initialData: [...known.explained], initialDataUpdatedAt: known.at }),
  });
  useCapacityChanges(ids.length > 0);
  return useByRun(ids.length > 0 ? data : undefined);
}

export function useByRun(explained: readonly Waiting[] | undefined): Explained {
  return useMemo(() => {
    const byRun = new Map(explained?.map((one) => [one.flow_run_id, one]));
    return (id) => byRun.get(id);
  }, [explained]);
}

const scopes = [
  { noun: "work-pools" },
  { noun: "work-queues" },
  { noun: "workers" },
  { noun: "deployments" },
  { noun: "concurrency-limits" },
] as const;

/** Asks again (for what is cached of `noun`) when a pool, queue or worker came into another state, but not at each of its heartbeats and polls. */
export function useCapacityChanges(isWanted: boolean, noun = waiting.explain.noun): void {
  const queries = useQueryClient();
  const known = useRef(new Map<string, string>());
  const hear = useCallback(
    ({ id, row, noun: changed }: Change) => {
      if (changed === "concurrency-limits") return;
      const gist = JSON.stringify([row?.status, row?.is_paused, row?.concurrency_limit]);
      if (known.current.get(id) === gist) return;
      known.current.set(id, gist);
      void queries.invalidateQueries({ queryKey: [noun] });
    },
    [queries, noun],
  );
  useScopes(isWanted ? scopes : [], hear);
}
