import { z } from "zod";
import { routes } from "./route.ts";

/** How one of the server's own services fares, on the replica that is asked. */
export const Service = z.object({
  name: z.string(),
  /** Seconds between the end of a run and the next one. */
  every_seconds: z.number(),
  is_running: z.boolean(),
  runs: z.int(),
  failures: z.int(),
  last_started: z.string().nullable(),
  /** When a run ended well last, and how long it took. */
  last_succeeded: z.string().nullable(),
  last_seconds: z.number().nullable(),
  /** What the last run failed with; null when it did not. */
  error: z.string().nullable(),
});
export type Service = z.infer<typeof Service>;

export const services = routes("services", {
  list: { method: "GET", path: "/praetor/services", input: z.object({}), output: z.array(Service) },
});
