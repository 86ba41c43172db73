import { normalised } from "../../rules/failures.ts";
import type { FailureGroup as ServerGroup } from "../../schema/failures.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { StateType } from "../../schema/states.ts";
import { errorPath } from "../parts/paths.ts";
import { headline } from "../parts/runs/headline.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { timeOf } from "../parts/time/times.ts";
import { queryOf, ranges, type View } from "./view.ts";

/** Failures that say the same. */
export interface FailureGroup {
  key: string;
  title: string;
  /** Names of the flows they happened in, those with the most first. */
  flows: readonly string[];
  count: number;
  /** When they happened, latest first; of the server's groups to the hour. */
  times: readonly { time: number; count: number }[];
  latest: { time: string | null; type: StateType | null; state: string | null };
  /** Its page, or its newest run on a server that does not group failures. */
  to: string;
  /** All of their runs. */
  runs: string;
  /** What to know besides: that it is new, or came again after it was resolved. */
  mark: "new" | "reopened" | undefined;
}

const failing = "state:failed,crashed";
export const everyFailure = (view: View): string => queryOf(view, failing);

/** As our server groups them: one failure is one, through however many subflows it passed. */
export function fromServer(group: ServerGroup, view: View): FailureGroup {
  const { id, error_type, message, last_run, last_seen, flows, counts, recent } = group;
  const isNew = timeOf(group.first_seen) > Date.now() - ranges[view.range].span;
  const named = error_type !== last_run?.state_name && error_type !== "Failed" && error_type !== "Crashed";
  const title = named ? [error_type, message].filter(Boolean).join(": ") : message || "No message";
  return {
    ...{ key: id, title, count: recent },
    flows: flows.map(({ name }) => name),
    times: counts.map(({ time, count }) => ({ time: timeOf(time), count })).toReversed(),
    latest: {
      time: last_seen,
      type: last_run?.state_type ?? "FAILED",
      state: last_run?.state_name ?? null,
    },
    to: errorPath(id),
    // Flows further out may tell it in other words: then the words alone find the runs.
    runs: runsOf(flows.length === 1 ? flows[0]?.name : undefined, message, view),
    mark: group.regressed ? "reopened" : isNew ? "new" : undefined,
  };
}

/** For a server that does not group failures: runs of one flow with the same message; subflows fail with their parents. */
export function groupFailures(
  runs: readonly FlowRun[],
  nameOf: (flowId: string) => string | undefined,
  view: View,
): readonly FailureGroup[] {
  const groups = Map.groupBy(runs, (run) => `${run.flow_id} ${run.state_type} ${normalised(headline(run))}`);
  return [...groups]
    .flatMap(([key, members]) => groupOf(key, members, { nameOf, view }) ?? [])
    .toSorted((a, b) => latest(b) - latest(a));
}

const endOf = (run: FlowRun): number => timeOf(run.end_time ?? run.start_time ?? run.created ?? "");
const latest = (group: FailureGroup): number => group.times[0]?.time ?? 0;

function groupOf(
  key: string,
  members: FlowRun[],
  { nameOf, view }: { nameOf: (flowId: string) => string | undefined; view: View },
): FailureGroup | undefined {
  const runs = members.toSorted((a, b) => endOf(b) - endOf(a));
  const [newest] = runs;
  if (!newest) return undefined;
  const flow = nameOf(newest.flow_id);
  const title = headline(newest) || "No message";
  return {
    ...{ key, title, count: runs.length },
    flows: flow ? [flow] : [],
    times: runs.map((run) => ({ time: endOf(run), count: 1 })),
    latest: {
      time: newest.end_time ?? newest.start_time,
      ...{ type: newest.state_type, state: newest.state_name },
    },
    to: runPath({ kind: "flow-run", id: newest.id }),
    runs: runsOf(flow, title, view),
    mark: undefined,
  };
}

function runsOf(flow: string | undefined, message: string, view: View): string {
  const text = searchable(message);
  const state = [flow && `flow:"${flow}"`, failing, text.length > 3 && `err:"${text}"`];
  return runsPath(queryOf(view, state.filter(Boolean).join(" ")));
}

/** The longest stretch of a message that all of its group share, for a query that finds them again. */
export function searchable(message: string): string {
  const pieces = normalised(message)
    .split("#")
    .map((piece) => piece.replace(/["\s]+/g, " ").trim());
  return pieces.toSorted((a, b) => b.length - a.length)[0] ?? "";
}
