import { z } from "zod";
import { StateType } from "./states.ts";

// The runs that occupy a queue.

export const SlotSummary = z.object({
  id: z.string(),
  name: z.string(),
  state_type: StateType.nullable(),
  state_name: z.string().nullable(),
  start_time: z.string().nullable(),
  state_timestamp: z.string().nullable(),
  /** Seconds. */
  time_in_current_state: z.number().nullable(),
});
export type SlotSummary = z.infer<typeof SlotSummary>;

const taken = { active_slots: z.int(), concurrency_limit: z.int().nullable() };
const paging = { count: z.int(), limit: z.int(), pages: z.int(), page: z.int() };

/** Pages of runs. */
export const QueueConcurrencyStatus = z.object({ ...taken, flow_runs: z.array(SlotSummary), ...paging });

/** Pages of queues, each with its first runs. */
export const PoolConcurrencyStatus = z.object({
  ...taken,
  queues: z.array(
    z.object({
      queue_id: z.string(),
      queue_name: z.string(),
      ...taken,
      flow_runs: z.array(SlotSummary),
      flow_run_count: z.int().nullable(),
    }),
  ),
  ...paging,
});
