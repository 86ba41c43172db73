import type { Json } from "./scalars.ts";

export const processType = "process";

/** How a worker of a process pool starts a run, and what a deployment may set about it. */
export const processTemplate = {
  job_configuration: { env: "{{ env }}", working_dir: "{{ working_dir }}", labels: "{{ labels }}" },
  variables: {
    type: "object",
    properties: {
      env: {
        title: "Environment variables",
        description: "Set for the process of the run, over those of the worker.",
        type: "object",
        additionalProperties: { type: "string" },
        default: {},
      },
      working_dir: {
        title: "Working directory",
        description:
          "Folder that the process starts in; the one that the flow was deployed from when left out.",
        type: "string",
        format: "path",
      },
      labels: {
        title: "Labels",
        description: "Put on the run.",
        type: "object",
        additionalProperties: { type: "string" },
        default: {},
      },
    },
  },
} satisfies Json;
