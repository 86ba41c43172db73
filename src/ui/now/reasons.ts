import type { FlowRun } from "../../schema/flow-runs.ts";
import { roughly } from "../parts/time/durations.ts";
import { timeOf } from "../parts/time/times.ts";

/** Why a run does not run, in a sentence, from what its row tells. */
export function reasonOf(run: FlowRun, now: number): string {
  const { state } = run;
  const since = state ? Math.max(0, (now - timeOf(state.timestamp)) / 1000) : 0;
  const planned = state?.state_details.scheduled_time ?? run.next_scheduled_start_time;
  const due = planned ? (timeOf(planned) - now) / 1000 : undefined;
  if (run.state_type === "PAUSED") return paused(state?.state_details.pause_timeout ?? null, since, now);
  if (run.state_type === "CANCELLING") return `Cancellation requested ${ago(since)}, still stopping.`;
  if (run.state_type === "PENDING") return `Claimed ${ago(since)}, not started yet.`;
  if (run.state_name === "AwaitingConcurrencySlot")
    return `Concurrency limit reached${next(due, "checks again")}.`;
  if (run.state_name === "AwaitingRetry") return `Failed${next(due, "retries")}.`;
  if (due !== undefined && due < 0) return `Should have started ${ago(-due)}; not picked up yet.`;
  return `Starts ${due === undefined ? "later" : `in ${roughly(due)}`}.`;
}

const ago = (seconds: number): string => (seconds < 1.5 ? "just now" : `${roughly(seconds)} ago`);

const next = (due: number | undefined, verb: string): string =>
  due === undefined ? "" : due <= 0 ? `; ${verb} now` : `; ${verb} in ${roughly(Math.ceil(due))}`;

function paused(timeout: string | null, since: number, now: number): string {
  const left = timeout ? (timeOf(timeout) - now) / 1000 : undefined;
  const end = left !== undefined && left > 0 ? `, fails in ${roughly(left)} unless resumed` : "";
  return `Paused ${ago(since)}, until it is resumed${end}.`;
}
