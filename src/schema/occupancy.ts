import { z } from "zod";
import { routes } from "./route.ts";

// How much of limits and queues was taken in the last day, and when the next slot is expected. Praetor only.

/** Length of a slot of time, and how many are told. */
export const occupancyMinutes = 10;
export const occupancyCount = 144;

/** What was recorded of a limit or a queue: the most in each slot of time. */
export const OwnerOccupancy = z.object({
  /** Of the limit or the queue. */
  id: z.string(),
  /** Slots of a limit, or pending and running runs of a queue. */
  used: z.array(z.int()),
  waiting: z.array(z.int()),
  /** How long the first had waited, in seconds. */
  wait_seconds: z.array(z.int()),
});
export type OwnerOccupancy = z.infer<typeof OwnerOccupancy>;

/** When a full limit, queue or work pool is expected to have a free slot. */
export const NextSlot = z.object({
  /** Of the limit, the queue or the work pool. */
  id: z.string(),
  at: z.string(),
  /** `decay` of the limit; `average`: how long its slots were held; `runs`: how long runs of the holder's flow took. */
  by: z.enum(["decay", "average", "runs"]),
  /** What is usual, in seconds; null for decay. */
  seconds: z.number().nullable(),
  flow_id: z.string().nullable(),
  /** How many completed runs of the flow say so. */
  count: z.int(),
});
export type NextSlot = z.infer<typeof NextSlot>;

export const Occupancy = z.object({
  /** When the first slot of time begins. */
  since: z.string(),
  /** Whether a server recorded at all, by slot of time. */
  recorded: z.array(z.boolean()),
  /** Only those of which something was taken or waited for; at most 500. */
  owners: z.array(OwnerOccupancy),
  /** Absent where it is not known. */
  next: z.array(NextSlot),
});
export type Occupancy = z.infer<typeof Occupancy>;

export const occupancy = routes("occupancy", {
  read: {
    method: "POST",
    path: "/praetor/occupancy",
    input: z.object({ of: z.enum(["limits", "queues"]) }),
    output: Occupancy,
  },
});
