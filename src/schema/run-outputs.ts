import { z } from "zod";
import { routes } from "./route.ts";
import { Uuid } from "./scalars.ts";

// Parts of what runs have put out: of their result, where it was persisted, and of their artifacts. Praetor only.

export const maxOutputRuns = 200;
export const maxOutputPaths = 8;
/** Longer results and artifacts are not looked into. */
export const maxOutputSource = 10_000;
export const maxOutputText = 200;

/** `total`, `source.tables.0`: of a result; `summary.total`: of the artifact with the key `summary`. */
const OutputPath = z.string().min(1).max(200);

export const RunOutput = z.object({
  flow_run_id: Uuid,
  path: z.string(),
  /** As JSON, a text as it is; cut where it is long. */
  text: z.string(),
});
export type RunOutput = z.infer<typeof RunOutput>;

export const runOutputs = routes("run-outputs", {
  read: {
    method: "POST",
    path: "/praetor/flow_runs/outputs",
    input: z.strictObject({
      flow_run_ids: z.array(Uuid).max(maxOutputRuns),
      paths: z.array(OutputPath).max(maxOutputPaths),
    }),
    /** Values that there are; runs and paths without one are left out. */
    output: z.array(RunOutput),
  },
});
