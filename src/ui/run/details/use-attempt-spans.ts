import { useQuery } from "@tanstack/react-query";
import { attempts } from "../../../schema/attempts.ts";
import { query, useIsPraetor } from "../../api.ts";
import type { AttemptSpan } from "../../log-view/filters.tsx";
import type { Selection } from "../selection.ts";

/** When each attempt of the selection began and the next one did; undefined where there is one. */
export function useAttemptSpans(
  { flowRunId, taskRunId }: Selection,
  count: number | undefined,
): readonly AttemptSpan[] | undefined {
  const isPraetor = useIsPraetor();
  const ids = taskRunId === undefined ? { flow_run_ids: [flowRunId] } : { task_run_ids: [taskRunId] };
  const { data } = useQuery({
    ...query(attempts.list, ids),
    enabled: isPraetor && count !== undefined && count > 1,
  });
  const starts = data?.[0]?.attempts;
  return starts?.map(({ number }, place) => ({
    number,
    // What was written before the first attempt belongs to it.
    from: place === 0 ? undefined : starts[place]?.start,
    to: starts[place + 1]?.start,
  }));
}
