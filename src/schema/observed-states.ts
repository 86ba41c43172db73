import { z } from "zod";
import { routes } from "./route.ts";
import { Time, withDefault } from "./scalars.ts";

/** A name of a state that runs of the server have had, and when it was first and last seen. */
export const ObservedState = z.object({
  state_type: z.string(),
  state_name: z.string(),
  first_seen: Time,
  last_seen: Time,
});
export type ObservedState = z.infer<typeof ObservedState>;

export const observedStates = routes("observed-states", {
  list: {
    method: "GET",
    path: "/observed-states",
    input: z.object({
      /** The beginning of a name or type, without regard to case. */
      query: z.string().max(100).nullish(),
      order_by: withDefault(z.enum(["NAME_ASC", "LAST_SEEN_DESC"]), () => "LAST_SEEN_DESC" as const),
      limit: withDefault(z.coerce.number().int().min(1).max(200), () => 200),
    }),
    output: z.array(ObservedState),
  },
});
