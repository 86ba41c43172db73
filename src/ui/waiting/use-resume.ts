import { commandRun } from "../../client/run-commands.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { Json } from "../../schema/scalars.ts";
import { readAgain, useApi } from "../api.ts";

/** Resumes a run, with its input where it asked for one; throws what the server refuses in its words. */
export function useResume(run: FlowRun): (input: Json | null) => Promise<void> {
  const api = useApi();
  return async (input) => {
    const { is_done, reason } = await commandRun(api.client, "resume", run, input);
    if (!is_done) throw new Error(`${run.name} was not resumed: ${reason}`);
    if (!api.info) readAgain(api, "flow-runs");
  };
}
