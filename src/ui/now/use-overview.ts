import { useQuery } from "@tanstack/react-query";
import { overview } from "../../schema/overview.ts";
import { timestamp } from "../../schema/scalars.ts";
import { query, useIsPraetor } from "../api.ts";
import { useCapacityChanges } from "../parts/runs/use-explained.ts";
import { useNewest } from "../parts/use-newest.ts";
import type { NowSource, NowWindow } from "./figures.ts";
import { usePrefectOverview } from "./prefect-overview.ts";
import { ranges, type View } from "./view.ts";

/** Everything on the page but the failure groups: of our server one request, of a Prefect server four. */
export function useOverview(view: View): { source: NowSource; window: NowWindow } {
  const isPraetor = useIsPraetor();
  const { span, step } = ranges[view.range];
  const to = useNewest("flow-runs", step);
  const window = { from: to - span, to };
  const ours = useQuery({
    ...query(overview.summary, {
      after_: timestamp(window.from),
      before_: timestamp(window.to),
      interval_seconds: step / 1000,
      ...{ tags: [...view.tags], subflows: view.subflows },
    }),
    enabled: isPraetor,
    placeholderData: (previous) => previous,
  });
  useCapacityChanges(isPraetor, overview.summary.noun);
  const theirs = usePrefectOverview(view, window, !isPraetor);
  return { source: isPraetor ? ours : theirs, window };
}
