import type { Deployment } from "../../schema/deployments.ts";
import type { FlowRun } from "../../schema/flow-runs.ts";
import { firesOf, wordsOf } from "../parts/time/fires.ts";
import { timeOf } from "../parts/time/times.ts";

export interface Upcoming {
  id: string;
  at: number;
  /** The schedule in words, or who asked. */
  reason: string;
  /** None: the scheduler makes it when its time is closer. */
  run?: FlowRun;
}

const most = 50;
/** Beyond a year a date without its year would mislead. */
const furthest = 330 * 86_400_000;

/**
 * What is to come: the runs that wait for their time, and the fires that no run was made for. A fire whose run was
 * skipped is among the fires but will not run, so before the last run of its schedule only runs count.
 */
export function timeline(deployment: Deployment, runs: readonly FlowRun[], now: number): readonly Upcoming[] {
  const words = new Map(deployment.schedules.map(({ id, schedule }) => [id, wordsOf(schedule)] as const));
  const scheduled = runs.flatMap((run): Upcoming[] => {
    const time = run.next_scheduled_start_time ?? run.expected_start_time;
    const by = run.auto_scheduled ? (run.created_by?.id ?? "") : "";
    const reason = words.get(by) ?? (run.auto_scheduled ? "Deleted schedule" : reasonOf(run));
    return time ? [{ id: run.id, at: timeOf(time), reason, run }] : [];
  });
  const made = new Map<string, number>();
  for (const { at, run } of scheduled) {
    const by = run?.created_by?.id;
    if (run?.auto_scheduled && by) made.set(by, Math.max(at, made.get(by) ?? 0));
  }
  const later = firesOf(deployment, now, most)
    .filter(({ at, schedule }) => at > (made.get(schedule.id) ?? 0) && at < now + furthest)
    .map(({ at, schedule }) => ({
      id: `${schedule.id} ${at}`,
      at,
      reason: words.get(schedule.id) ?? "",
    }));
  return [...scheduled, ...later].toSorted((a, b) => a.at - b.at).slice(0, most);
}

const reasonOf = (run: FlowRun): string =>
  run.state_name === "AwaitingRetry" ? "Retry" : (run.created_by?.display_value ?? "Manual run");
