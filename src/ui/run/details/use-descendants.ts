import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Client } from "../../../client/client.ts";
import { type FlowRun, flowRuns } from "../../../schema/flow-runs.ts";
import { useApi } from "../../api.ts";
import type { Subflows } from "../../log-view/lines.ts";

const perRequest = 200;
/** More could not be told apart, and each is a range that the server merges. */
const mostRuns = 200;
const deepest = 10;

/** The subflows of a flow run, and theirs, for a log that is to show the lines of all. Read when they are wanted. */
export function useDescendants(flowRunId: string, isWanted: boolean): Subflows {
  const { client } = useApi();
  const { data } = useQuery({
    queryKey: ["flow-runs", "descendants", flowRunId],
    queryFn: () => descendantsOf(client, flowRunId),
    enabled: isWanted,
  });
  // What was read again and is equal stays the same object, and with it the lines.
  const runs = useMemo(() => data && new Map(data.map(({ id, name }) => [id, { name }])), [data]);
  return { runs, isCut: (data?.length ?? 0) >= mostRuns };
}

/** Level by level: each server knows the parent of a run, and none all that is below it. */
async function descendantsOf(client: Client, flowRunId: string): Promise<Pick<FlowRun, "id" | "name">[]> {
  const found: Pick<FlowRun, "id" | "name">[] = [];
  let level = [flowRunId];
  for (let depth = 0; depth < deepest && level.length > 0 && found.length < mostRuns; depth++) {
    const runs = await client.call(flowRuns.filter, {
      flow_runs: { parent_flow_run_id: { any_: level } },
      sort: "START_TIME_ASC",
      limit: perRequest,
    });
    found.push(...runs.map(({ id, name }) => ({ id, name })));
    level = runs.map(({ id }) => id);
  }
  return found.slice(0, mostRuns);
}
