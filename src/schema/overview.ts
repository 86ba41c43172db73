import { z } from "zod";
import { FlowRun, HistoryInterval } from "./flow-runs.ts";
import { routes } from "./route.ts";
import { Json, Time, withDefault } from "./scalars.ts";
import { FlowDurations, FullLimit, Gate, RunRef, SilentWorker } from "./waiting.ts";

// What needs attention now, of all runs or of those with some tags, in one answer. Praetor only.

/** A paused run with its input form; `form` is null when it only needs to be resumed. */
export const PausedRun = z.object({
  run: FlowRun,
  form: z
    .object({
      /** JSON schema of the input; null while the run has not stored it yet, or where it is very long. */
      schema: Json.nullable(),
      /** Markdown. */
      description: z.string().nullable(),
    })
    .nullable(),
});
export type PausedRun = z.infer<typeof PausedRun>;

/** Runs that wait for the same thing. */
export const WaitingGroup = z.object({
  /** The first gate of the run that waits longest; null when only the state is known. */
  gate: Gate.nullable(),
  /** The run that waits longest. */
  state_name: z.string().nullable(),
  count: z.int(),
  oldest: RunRef,
  /** Since when the oldest could have run. */
  since: z.string(),
});
export type WaitingGroup = z.infer<typeof WaitingGroup>;

/** Numbers of running and waiting runs at some moments. */
export const RunLoads = z.object({
  times: z.array(z.string()),
  running: z.array(z.int()),
  waiting: z.array(z.int()),
});
export type RunLoads = z.infer<typeof RunLoads>;

export const Overview = z.object({
  /** There are no flows: nothing has ever run. */
  is_empty: z.boolean(),
  /** Runs by state and by the time they were expected to start. */
  history: z.array(HistoryInterval),
  /** Failed or crashed runs of the preceding period of equal length. */
  failed_before: z.int(),
  loads: RunLoads,
  /** Mean of the last seven days at this time of day; null without runs on any of them. */
  usually_running: z.number().nullable(),
  running: z.object({ count: z.int(), runs: z.array(FlowRun), durations: z.array(FlowDurations) }),
  paused: z.object({ count: z.int(), runs: z.array(PausedRun) }),
  /** `is_partial`: only part of the runs was examined for the groups. */
  waiting: z.object({ count: z.int(), is_partial: z.boolean(), groups: z.array(WaitingGroup) }),
  /** Limits that make runs wait. */
  full_limits: z.array(FullLimit),
  /** Workers with a heartbeat within a day. */
  silent_workers: z.array(SilentWorker),
  /** Runs scheduled to start within the next hour. */
  upcoming: z.object({ count: z.int(), is_partial: z.boolean(), runs: z.array(FlowRun) }),
  /** Names of the flows of all these runs, by id. */
  flows: z.record(z.string(), z.string()),
});
export type Overview = z.infer<typeof Overview>;

export const overview = routes("overview", {
  /**
   * Runs that wait or are paused are shown with their subflows in any case: each waits for itself. Limits and workers
   * are those of the whole server.
   */
  summary: {
    method: "POST",
    path: "/praetor/overview",
    input: z.object({
      after_: Time,
      before_: Time,
      interval_seconds: z.int().min(1),
      /** Only runs that have all of them. */
      tags: withDefault(z.array(z.string().max(200)).max(20), () => []),
      /** Whether subflows are counted and listed like other runs. */
      subflows: withDefault(z.boolean(), () => false),
    }),
    output: Overview,
  },
});
