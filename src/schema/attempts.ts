import { z } from "zod";
import { routes } from "./route.ts";
import { Uuid, withDefault } from "./scalars.ts";
import { StateType } from "./states.ts";

// The attempts of a run, and its periods of running and waiting. Praetor only.

/** What a run waits for while its own code does not run. */
export const WaitsFor = z.enum([
  /** The time it is scheduled for. */
  "time",
  /** The time at which it is retried. */
  "retry",
  /** A worker or runner, once due. */
  "worker",
  /** A slot of a limit. */
  "slot",
  /** The start of its claimed process or task. */
  "start",
  /** A user who resumes it. */
  "resume",
  /** The end of running child runs. */
  "end",
]);
export type WaitsFor = z.infer<typeof WaitsFor>;

/** A period in the life of a run. */
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
  /** Null while its code ran, and after its end. */
  waits_for: WaitsFor.nullable(),
});
export type LifeSegment = z.infer<typeof LifeSegment>;

/** From the start of its code until it ended, pauses included. */
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
  /** Its error, if it failed; an attempt followed by another has failed. */
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
  /** For many runs at once; unknown runs are omitted. */
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
