import { z } from "zod";
import { routes } from "./route.ts";
import { Nothing } from "./scalars.ts";

/** What a server asks of a script that serves its store to others: to let it have the store. */
export const handover = routes("handover", {
  ask: {
    method: "POST",
    path: "/praetor/handover",
    input: z.object({
      /** Process of the server, which others wait for. */
      pid: z.int().positive(),
    }),
    output: Nothing,
    status: 202,
  },
});
