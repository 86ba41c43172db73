import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { failures } from "../../schema/failures.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import { timestamp } from "../../schema/scalars.ts";
import { query, useIsPraetor } from "../api.ts";
import type { PanelSource } from "../kit/panel.tsx";
import { useScopes } from "../live.ts";
import { type FailureGroup, fromServer, groupFailures } from "./failures.ts";
import type { NowWindow } from "./figures.ts";
import type { View } from "./view.ts";

const most = 200;
// Groups are filed a moment after the runs have failed.
const groupsAlone = [{ noun: "failures" }] as const;
const none = [] as const;

interface Failures extends PanelSource<readonly FailureGroup[]> {
  /** Only the newest 200 were read. */
  isCapped: boolean;
  /** By our server, which has a page for each. */
  isGrouped: boolean;
}

/**
 * What flow runs have failed of: as our server groups it, which knows no tags; else out of the failed runs themselves.
 */
export function useFailures(view: View, window: NowWindow): Failures {
  const isPraetor = useIsPraetor();
  const isGrouped = isPraetor && view.tags.length === 0;
  const after_ = timestamp(window.from);
  useScopes(isGrouped ? groupsAlone : none);
  const grouped = useQuery({
    ...query(failures.filter, {
      ...{ after_, status: ["open"], fails_flow_runs: true },
      ...{ sort: "LAST_SEEN_DESC", limit: most },
    }),
    enabled: isGrouped,
    placeholderData: (previous) => previous,
  });
  const failed = useQuery({
    ...query(flowRuns.filter, {
      flow_runs: {
        state: { type: { any_: ["FAILED", "CRASHED"] } },
        start_time: { after_ },
        // A subflow fails with its parent: that is one failure.
        parent_task_run_id: { is_null_: true },
        ...(view.tags.length > 0 && { tags: { all_: [...view.tags] } }),
      },
      sort: "END_TIME_DESC",
    }),
    enabled: !isGrouped,
    placeholderData: (previous) => previous,
  });
  const names = useQuery({
    ...query(flows.filter, { limit: most }),
    ...{ enabled: !isGrouped, staleTime: 60_000 },
  });
  const groups = useMemo(() => {
    if (isGrouped)
      // Failures are counted by the hour: those of the hour's part before the window are left out.
      return grouped.data
        ?.filter((group) => group.last_seen >= after_)
        .map((group) => fromServer(group, view));
    const byId = new Map(names.data?.map(({ id, name }) => [id, name]));
    return failed.data && names.data && groupFailures(failed.data, (id) => byId.get(id), view);
  }, [isGrouped, grouped.data, failed.data, names.data, after_, view]);
  const source = isGrouped ? grouped : failed;
  return { ...pick(source), data: groups, isCapped: source.data?.length === most, isGrouped };
}

const pick = ({ error, isPending, isError, refetch }: PanelSource<unknown>) => ({
  ...{ error, isPending, isError, refetch },
});
