import { z } from "zod";
import { routes } from "./route.ts";
import { Json } from "./scalars.ts";

/** What clients ask for to learn which types of work pools there are, and how a pool of each is made. */
export const collections = routes("collections", {
  view: {
    method: "GET",
    path: "/collections/views/:view",
    input: z.object({ view: z.string() }),
    output: Json,
  },
});
