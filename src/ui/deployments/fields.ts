import type { Deployment } from "../../schema/deployments.ts";
import { type QueryFields, queryLanguage } from "../lists/query-fields.ts";
import { withTerm as withTermOf } from "../lists/query-text.ts";

export type Key = "name" | "flow" | "tag" | "paused" | "pool" | "queue" | "limit";

/** What client filters see of a deployment. */
export interface DeploymentRow {
  deployment: Deployment;
  /** Undefined until it is known. */
  flow: string | undefined;
}

export const fields: QueryFields<DeploymentRow, Key> = {
  fields: {
    name: {
      ...{ on: "deployments.name", of: ({ deployment }) => deployment.name },
      ...{ hint: "part of the deployment's name", example: "nightly" },
    },
    flow: {
      ...{ on: "flows.name", isName: true, of: ({ flow }) => flow },
      ...{ hint: "part of the flow's name, or all of it in quotes", example: '"daily-etl"' },
    },
    tag: {
      ...{ on: "deployments.tags", of: ({ deployment }) => deployment.tags },
      ...{ hint: "has this tag, or one of several", example: "prod" },
    },
    paused: { on: "deployments.paused", hint: "paused: yes or no", example: "yes" },
    pool: {
      ...{ on: "work_pools.name", isName: true },
      ...{ hint: "name of its work pool", example: '"local"' },
    },
    queue: { on: "deployments.work_queue_name", hint: "name of its work queue", example: "default" },
    limit: {
      ...{ on: "deployments.concurrency_limit", hint: "has a concurrency limit: yes or no" },
      example: "yes",
    },
  },
  controls: [
    { kind: "values", key: "flow", label: "Flow" },
    { kind: "values", key: "pool", label: "Pool" },
    { kind: "values", key: "queue", label: "Queue" },
    { kind: "values", key: "tag", label: "Tag" },
    { kind: "values", key: "paused", label: "Paused", isSingle: true },
    { kind: "values", key: "limit", label: "Limit", isSingle: true },
  ],
  text: {
    ...{ on: "deployments.flow_or_deployment_name", hint: "in the name of the deployment or its flow" },
  },
  starters: [
    { text: "paused:yes", hint: "paused deployments" },
    { text: "paused:no", hint: "active deployments" },
  ],
};

export const language = queryLanguage(fields);

export const withTerm = (q: string, key: Key, value: string): string =>
  withTermOf(q, language, { key, value });
