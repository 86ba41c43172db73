import { z } from "zod";
import { routes } from "./route.ts";
import { Uuid, withDefault } from "./scalars.ts";
import { StateType } from "./states.ts";

// What became of a run each time it was tried, and what it did or waited for in between. Praetor only.

/** What a run waits for while its own code does not run. */
export const WaitsFor = z.enum([
  /** The time it is scheduled for. */
  "time",
  /** The time at which it is retried. */
  "retry",
  /** A worker or runner that takes it: its time has come. */
  "worker",
  /** A slot of a limit. */
  "slot",
  /** Its process, or its task, which has been taken and has not begun. */
  "start",
  /** A user who resumes it. */
  "resume",
  /** The end of what still runs. */
  "end",
]);
export type WaitsFor = z.infer<typeof WaitsFor>;

/** A stretch of a run's life. */
export const LifeSegment = z.object({
  state_type: StateType,
  state_name: z.string(),
  from: z.string(),
  /** Null while it lasts. */
  to: z.string().nullable(),
  /** Until now, while it lasts. */
  seconds: z.number(),
  /** From 1; 0 before the first. */
  attempt: z.int(),
  /** Null where its own code ran, and after its end. */
  waits_for: WaitsFor.nullable(),
});
export type LifeSegment = z.infer<typeof LifeSegment>;

/** From the moment its code began until it ended, whatever it was paused in between. */
export const Attempt = z.object({
  number: z.int(),
  start: z.string(),
  end: z.string().nullable(),
  /** In which its code ran: without pauses. */
  seconds: z.number(),
  /** The state that ended it, or the present one. */
  state_type: StateType,
  state_name: z.string(),
  message: z.string().nullable(),
  /** What it met, where it failed; an attempt that was followed by another has failed. */
  error: z.object({ type: z.string(), message: z.string() }).nullable(),
  /** Seconds from the end of the attempt before, or since it could have run. */
  waited: z.number(),
});
export type Attempt = z.infer<typeof Attempt>;

export const RunLife = z.object({
  kind: z.enum(["flow-run", "task-run"]),
  id: z.string(),
  attempts: z.array(Attempt),
  segments: z.array(LifeSegment),
});
export type RunLife = z.infer<typeof RunLife>;

export const attempts = routes("attempts", {
  /** Of many runs at once; those that nobody knows are left out. */
  list: {
    method: "POST",
    path: "/praetor/attempts",
    input: z.object({
      flow_run_ids: withDefault(z.array(Uuid).max(200), () => []),
      task_run_ids: withDefault(z.array(Uuid).max(1000), () => []),
    }),
    output: z.array(RunLife),
  },
});
