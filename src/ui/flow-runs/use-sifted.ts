import { useEffect, useMemo } from "react";
import { runSeconds } from "../parts/time/duration.tsx";
import { isFlowRun, type Run } from "./lists.ts";
import type { Meaning } from "./query-language.ts";
import type { RunList } from "./use-run-list.ts";

const screenful = 40;
/** How many rows are searched before asking whether to go on. */
const mostSearched = 2_000;

/** The rows that pass the conditions which the wire has no filter for; reads on until a screen is full. */
export function useSifted(
  { runs, hasMore, isLoadingMore, loadMore }: RunList,
  { sift }: Meaning,
  flowName: (id: string) => string | undefined,
): readonly Run[] {
  const kept = useMemo(() => {
    if (sift.length === 0) return runs;
    const now = Date.now();
    return runs.filter((run) => {
      const seen = {
        seconds: runSeconds(run, now),
        message: run.state?.message ?? "",
        parameters: isFlowRun(run) ? (run.parameters ?? {}) : {},
        name: run.name,
        tags: run.tags,
        flow: isFlowRun(run) ? flowName(run.flow_id) : undefined,
      };
      return sift.every((sieve) => sieve(seen));
    });
  }, [runs, sift, flowName]);
  const goOn =
    sift.length > 0 && hasMore && !isLoadingMore && kept.length < screenful && runs.length < mostSearched;
  useEffect(() => {
    if (goOn) loadMore();
  }, [goOn, loadMore]);
  return kept;
}
