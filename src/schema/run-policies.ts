import { z } from "zod";
import { optional, withDefault } from "./scalars.ts";

export const FlowRunPolicy = z.object({
  max_retries: withDefault(z.int(), () => 0),
  retry_delay_seconds: withDefault(z.number(), () => 0),
  retries: optional(z.int()),
  retry_delay: optional(z.number()),
  pause_keys: withDefault(z.array(z.string()), () => []),
  resuming: withDefault(z.boolean(), () => false),
  retry_type: optional(z.enum(["in_process", "reschedule"])),
});
export type FlowRunPolicy = z.infer<typeof FlowRunPolicy>;

export const TaskRunPolicy = z.object({
  max_retries: withDefault(z.int(), () => 0),
  retry_delay_seconds: withDefault(z.number(), () => 0),
  retries: optional(z.int()),
  retry_delay: optional(z.union([z.number(), z.array(z.number()).max(50)])),
  retry_jitter_factor: optional(z.number().min(0)),
});
export type TaskRunPolicy = z.infer<typeof TaskRunPolicy>;
