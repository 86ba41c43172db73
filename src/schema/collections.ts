import { z } from "zod";
import { commandTemplate, processType } from "./process-pools.ts";
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

/** By the package that a worker of the type comes with. Only Prefect's own clients ask, for their own workers. */
const workerTypes = {
  prefect: {
    [processType]: {
      type: processType,
      display_name: "Process",
      description: "Starts each flow run as a process of its own, on the machine of the worker.",
      logo_url: null,
      documentation_url: null,
      install_command: null,
      is_beta: false,
      default_base_job_configuration: commandTemplate,
    },
  },
};

/** Catalogues of ready-made flows and blocks are asked for as well; they are empty. */
export const collectionViews: Readonly<Record<string, Json>> = {
  "aggregate-worker-metadata": workerTypes,
  "aggregate-flow-metadata": {},
  "aggregate-block-metadata": {},
};
