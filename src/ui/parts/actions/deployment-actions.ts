import type { Client } from "../../../client/client.ts";
import { objectionsToDeployments } from "../../../rules/bulk-verbs.ts";
import { type Deployment, deployments } from "../../../schema/deployments.ts";
import type { Action } from "./blast-radius.tsx";
import { commands } from "./deployment-commands.ts";

/** What an action needs to know of a deployment. */
export interface DeploymentTarget {
  id: string;
  name: string;
  /** Name of its flow. */
  flow: string;
  paused: boolean;
  /** How many schedules are active. */
  active: number;
  /** Parameters that a run has to be given. */
  missing: readonly string[];
}

export type DeploymentAction = Action<DeploymentTarget>;

const of = { one: "deployment", many: "deployments", noun: "deployments" } as const;

/** What can be done to deployments from their list and from their own page. */
export const deploymentActions = {
  run: {
    of,
    verb: "Run",
    done: "Created runs of",
    danger: false,
    consequence:
      "Creates a flow run of each deployment with the deployment's parameters. Pauses are ignored.",
    objection: ({ missing }) =>
      missing.length > 0 ? `needs a value for ${missing.slice(0, 3).join(", ")}` : undefined,
    perform: async (client, { id }) => {
      await client.call(deployments.createFlowRun, { id });
      return undefined;
    },
    command: commands.runAll,
  },
  pause: {
    of,
    verb: "Pause",
    done: "Paused",
    danger: false,
    consequence: "Schedules create no runs while paused, and the upcoming runs they created are deleted.",
    objection: objectionsToDeployments.pause,
    perform: (client, { id }) => setPaused(client, id, true),
    command: commands.pause,
  },
  resume: {
    of,
    verb: "Resume",
    done: "Resumed",
    danger: false,
    consequence: "Active schedules create runs again. Missed runs are not caught up.",
    objection: objectionsToDeployments.resume,
    perform: (client, { id }) => setPaused(client, id, false),
    command: commands.resume,
  },
  delete: {
    of,
    verb: "Delete",
    deletes: true,
    done: "Deleted",
    danger: true,
    consequence:
      "Deployments, their schedules and their scheduled runs are deleted permanently. Other runs are kept.",
    objection: objectionsToDeployments.delete,
    perform: async (client, { id }) => {
      await client.call(deployments.delete, { id });
      return undefined;
    },
    command: commands.delete,
  },
} as const satisfies Record<string, DeploymentAction>;

export const addDeploymentTags = (tags: readonly string[]): DeploymentAction => ({
  ...{ of, verb: "Add tags to", done: "Tagged", danger: false },
  consequence: "Added to the tags that each deployment has, and to its future runs.",
  objection: objectionsToDeployments.add_tags,
  perform: async (client, { id }) => {
    const { tags: before } = await client.call(deployments.read, { id });
    await client.call(deployments.update, { id, tags: [...new Set([...before, ...tags])] });
    return undefined;
  },
  command: (targets) => commands.addTags(targets, tags),
});

async function setPaused(client: Client, id: string, paused: boolean): Promise<undefined> {
  await client.call(deployments.update, { id, paused });
  return undefined;
}

/** Parameters that have to be given, and that neither the deployment nor its flow gives. */
export function missingParameters({ parameters, parameter_openapi_schema: schema }: Deployment): string[] {
  const required: unknown[] = Array.isArray(schema?.required) ? schema.required : [];
  return required.map(String).filter((name) => !(name in parameters));
}

/** Until the name of its flow is known, the id stands for it. */
export const targetOf = (deployment: Deployment, flow: string | undefined): DeploymentTarget => ({
  id: deployment.id,
  name: deployment.name,
  flow: flow ?? deployment.flow_id,
  paused: deployment.paused,
  active: deployment.schedules.filter((schedule) => schedule.active).length,
  missing: missingParameters(deployment),
});
