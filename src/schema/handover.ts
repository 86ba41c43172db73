import { z } from "zod";
import { routes } from "./route.ts";
import { Nothing } from "./scalars.ts";

/** A server's request that a script hand over its store. */
export const handover = routes("handover", {
  ask: {
    method: "POST",
    path: "/praetor/handover",
    input: z.object({
      /** Process id of the server, which others wait for. */
      pid: z.int().positive(),
    }),
    output: Nothing,
    status: 202,
  },
});
