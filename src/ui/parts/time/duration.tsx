import { useNow } from "../../kit/now.ts";
import { duration } from "./durations.ts";
import { timeOf } from "./times.ts";

interface Run {
  state_type: string | null;
  start_time: string | null;
  end_time: string | null;
  total_run_time: number;
  state?: { timestamp: string } | null;
}

/** Seconds that a run has been running, in all its attempts, as of `now`. */
export function runSeconds(run: Run, now: number): number | undefined {
  if (run.state_type === "RUNNING") {
    const since = run.state?.timestamp ?? run.start_time;
    return since ? run.total_run_time + Math.max(0, (now - timeOf(since)) / 1000) : undefined;
  }
  return run.start_time ? run.total_run_time : undefined;
}

/** How long a run took, or has been running; the latter moves each second. */
export function RunDuration({ run }: { run: Run }) {
  return run.state_type === "RUNNING" ? <Moving run={run} /> : <Fixed seconds={runSeconds(run, 0)} />;
}

function Moving({ run }: { run: Run }) {
  const seconds = runSeconds(run, useNow()) ?? 0;
  return <Fixed seconds={seconds < 10 ? Math.floor(seconds) : seconds} />;
}

function Fixed({ seconds }: { seconds: number | undefined }) {
  return seconds === undefined ? <span className="text-faint">–</span> : duration(seconds);
}
