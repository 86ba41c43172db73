import { z } from "zod";
import { routes } from "./route.ts";

/** Health of a background service on this replica. */
export const Service = z.object({
  name: z.string(),
  /** Seconds between the end of a run and the next one. */
  every_seconds: z.number(),
  is_running: z.boolean(),
  runs: z.int(),
  failures: z.int(),
  last_started: z.string().nullable(),
  /** Time and duration of the last successful run. */
  last_succeeded: z.string().nullable(),
  last_seconds: z.number().nullable(),
  /** Error of the last run; null when it succeeded. */
  error: z.string().nullable(),
});
export type Service = z.infer<typeof Service>;

export const services = routes("services", {
  list: { method: "GET", path: "/praetor/services", input: z.object({}), output: z.array(Service) },
});
