import { z } from "zod";
import { routes } from "./route.ts";
import { Json } from "./scalars.ts";

/** The types of work pools with their default job templates. */
export const collections = routes("collections", {
  view: {
    method: "GET",
    path: "/collections/views/:view",
    input: z.object({ view: z.string() }),
    output: Json,
  },
});
