import type { FlowRun } from "../../../schema/flow-runs.ts";
import { useIsPraetor } from "../../api.ts";

/** Prefect's Python SDK versions a flow by the MD5 hash of its file, unless it is given a version. */
const fileHash = /^[0-9a-f]{32}$/;

/** Whether the code of the run is Python, as far as can be told: examples beside it are in its language. */
export function useIsPython(run: Pick<FlowRun, "flow_version">): boolean {
  const isPraetor = useIsPraetor();
  return !isPraetor || fileHash.test(run.flow_version ?? "");
}
