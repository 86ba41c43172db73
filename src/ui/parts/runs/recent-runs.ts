import { useQueries } from "@tanstack/react-query";
import { type RecentRuns, recentRuns } from "../../../schema/waiting.ts";
import { query, useIsPraetor } from "../../api.ts";

const atOnce = 200;
const shown = 20;

export interface Recent {
  of: (id: string) => RecentRuns | undefined;
  /** Whether the server can tell at all; a Prefect server cannot. */
  isKnown: boolean;
  isPending: boolean;
}

/** The last runs of these flows or deployments: one request for each 200 of them, live. */
export function useRecentRuns(by: "flow" | "deployment", ids: readonly string[]): Recent {
  const isKnown = useIsPraetor();
  const groups = isKnown ? chunked(ids) : [];
  const results = useQueries({
    queries: groups.map((group) => ({
      ...query(recentRuns.list, { by, ids: [...group], limit: shown }),
      // More rows were loaded or some were filtered out: what is known of the others still holds.
      placeholderData: (previous: RecentRuns[] | undefined) => previous,
    })),
  });
  const all = new Map(results.flatMap(({ data }) => data ?? []).map((recent) => [recent.id, recent]));
  return {
    of: (id) => all.get(id),
    isKnown,
    isPending: results.some((result) => result.isPending),
  };
}

function chunked(ids: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (let at = 0; at < ids.length; at += atOnce) groups.push(ids.slice(at, at + atOnce));
  return groups;
}
