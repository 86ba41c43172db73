import type { FlowRun } from "../../../schema/flow-runs.ts";
import { isFinal } from "../../../schema/states.ts";
import { timeOf } from "../time/times.ts";

type Run = Pick<
  FlowRun,
  "id" | "deployment_version" | "flow_version" | "start_time" | "state_type" | "state_name" | "total_run_time"
>;

/** The runs of one version. */
export interface VersionGroup {
  /** Null for runs that tell no version. */
  version: string | null;
  runs: number;
  ended: number;
  completed: number;
  /** Median seconds of those that completed; undefined without any. */
  usual: number | undefined;
  first: string | null;
  last: string | null;
  newest: Run;
}

/** Runs by version, the last one used first; `by` is the version of the flow or, where a run has one, the deployment. */
export function versionGroups(runs: readonly Run[], by: "deployment" | "flow"): VersionGroup[] {
  const versionOf = (run: Run) =>
    by === "deployment" ? (run.deployment_version ?? run.flow_version) : run.flow_version;
  return [...Map.groupBy(runs, versionOf)]
    .flatMap(([version, own]) => {
      const started = own
        .flatMap(({ start_time }) => start_time ?? [])
        .toSorted((a, b) => timeOf(a) - timeOf(b));
      const ended = own.filter(({ state_type }) => state_type !== null && isFinal(state_type));
      const completed = own.filter(({ state_type }) => state_type === "COMPLETED");
      const seconds = completed.map((run) => run.total_run_time).toSorted((a, b) => a - b);
      const newest = own.find(({ start_time }) => start_time === started.at(-1)) ?? own[0];
      if (!newest) return [];
      return {
        ...{ version, runs: own.length, ended: ended.length, completed: completed.length, newest },
        usual: seconds[Math.floor((seconds.length - 1) / 2)],
        ...{ first: started[0] ?? null, last: started.at(-1) ?? null },
      };
    })
    .toSorted((a, b) => timeOf(b.last ?? "") - timeOf(a.last ?? "") || 0);
}
