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

const { job_configuration, variables } = processTemplate;

/** The same with what only a worker that starts commands has a use for, as Prefect's own does. */
export const commandTemplate = {
  job_configuration: {
    ...job_configuration,
    ...{ command: "{{ command }}", name: "{{ name }}", stream_output: "{{ stream_output }}" },
  },
  variables: {
    ...variables,
    properties: {
      ...variables.properties,
      command: {
        title: "Command",
        description: "Starts the run in place of what the worker would start itself.",
        type: "string",
      },
      name: { title: "Name", description: "Given to the process.", type: "string" },
      stream_output: {
        title: "Stream output",
        description: "Whether the worker prints what the process prints.",
        type: "boolean",
        default: true,
      },
    },
  },
} satisfies Json;
