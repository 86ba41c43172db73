import { normalised } from "../../rules/failures.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { headline } from "../parts/headline.ts";
import { timeOf } from "../parts/times.ts";

/** Runs of one flow that failed with the same message. */
export interface FailureGroup {
  key: string;
  flowId: string;
  message: string;
  /** Newest first. */
  runs: readonly FlowRun[];
  times: readonly number[];
}

/** Groups failed runs; those with the most runs first, then the latest. */
export function groupFailures(runs: readonly FlowRun[]): readonly FailureGroup[] {
  const groups = Map.groupBy(runs, (run) => `${run.flow_id} ${run.state_type} ${normalised(headline(run))}`);
  return [...groups]
    .map(([key, members]) => groupOf(key, members))
    .toSorted((a, b) => b.runs.length - a.runs.length || latest(b) - latest(a));
}

const endOf = (run: FlowRun): number => timeOf(run.end_time ?? run.start_time ?? run.created ?? "");
const latest = (group: FailureGroup): number => group.times[0] ?? 0;

function groupOf(key: string, members: FlowRun[]): FailureGroup {
  const runs = members.toSorted((a, b) => endOf(b) - endOf(a));
  const [newest] = runs;
  return {
    key,
    flowId: newest?.flow_id ?? "",
    message: (newest && headline(newest)) || "No message",
    runs,
    times: runs.map(endOf),
  };
}

/** The longest stretch of a message that all of its group share, for a query that finds them again. */
export function searchable(message: string): string {
  const pieces = normalised(message)
    .split("#")
    .map((piece) => piece.replace(/["\s]+/g, " ").trim());
  return pieces.toSorted((a, b) => b.length - a.length)[0] ?? "";
}
