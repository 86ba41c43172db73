import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { failures } from "../../schema/failures.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { query, useIsPraetor } from "../api.ts";
import { useScopes } from "../live.ts";
import type { NameOf } from "../parts/flow-names.ts";
import { fromServer, groupFailures } from "./failures.ts";

const most = 200;
// Groups are filed a moment after the runs have failed.
const groupsAlone = [{ noun: "failures" }] as const;
const none = [] as const;

/** What flow runs have failed of since then: as our server groups it, else out of the failed runs themselves. */
export function useFailures(since: string, nameOf: NameOf) {
  const isPraetor = useIsPraetor();
  useScopes(isPraetor ? groupsAlone : none);
  const grouped = useQuery({
    ...query(failures.filter, {
      ...{ after_: since, status: ["open"], fails_flow_runs: true },
      ...{ sort: "COUNT_DESC", limit: most },
    }),
    enabled: isPraetor,
  });
  const failed = useQuery({
    ...query(flowRuns.filter, {
      flow_runs: {
        state: { type: { any_: ["FAILED", "CRASHED"] } },
        start_time: { after_: since },
        // A subflow fails with its parent: that is one failure.
        parent_task_run_id: { is_null_: true },
      },
      sort: "END_TIME_DESC",
    }),
    enabled: !isPraetor,
  });
  const groups = useMemo(
    () => (isPraetor ? grouped.data?.map(fromServer) : failed.data && groupFailures(failed.data, nameOf)),
    [isPraetor, grouped.data, failed.data, nameOf],
  );
  const source = isPraetor ? grouped : failed;
  return { groups, source, isCapped: source.data?.length === most };
}
