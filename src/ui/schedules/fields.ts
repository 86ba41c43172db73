import { type QueryFields, queryLanguage } from "../lists/query-fields.ts";
import { withTerm as withTermOf } from "../lists/query-text.ts";
import { answerOf } from "../lists/query-values.ts";
import { parseDuration } from "../parts/time/durations.ts";
import type { ScheduleRow } from "./rows.ts";

export type Key = "flow" | "deployment" | "tag" | "pool" | "active" | "fires";

const spans = ["1h", "6h", "24h", "7d", "30d"];

export const fields: QueryFields<ScheduleRow, Key> = {
  fields: {
    flow: {
      ...{ on: "flows.name", isName: true, of: (row) => row.flow_name },
      ...{ hint: "part of the flow's name, or all of it in quotes", example: '"daily-etl"' },
    },
    deployment: {
      ...{ on: "deployments.name", isName: true, of: (row) => row.deployment_name },
      ...{ hint: "part of the deployment's name, or all of it in quotes", example: "nightly" },
    },
    tag: {
      ...{ on: "deployments.tags", of: (row) => row.tags },
      ...{ hint: "the deployment has this tag, or one of several", example: "prod" },
    },
    pool: {
      ...{ on: "work_pools.name", isName: true, of: (row) => row.work_pool_name ?? "" },
      ...{ hint: "name of the deployment's work pool", example: '"etl"' },
    },
    active: {
      ...{ hint: "active: yes or no", example: "yes", choices: ["yes", "no"] },
      objection: (value) =>
        answerOf(value) === undefined ? `active: expected yes or no, got “${value.text}”` : undefined,
      matcher: (value) => (row) => row.active === answerOf(value),
    },
    fires: {
      ...{ hint: "fires within this time from now, or never", example: "24h", choices: [...spans, "never"] },
      objection: ({ text }) =>
        text !== "never" && parseDuration(text) === undefined
          ? `fires: expected a duration such as 24h, or never, got “${text}”`
          : undefined,
      matcher: ({ text }) => {
        const seconds = parseDuration(text);
        if (seconds === undefined) return ({ next }) => next.length === 0;
        return ({ next: [first] }) => first !== undefined && first <= Date.now() + seconds * 1000;
      },
    },
  },
  controls: [
    { kind: "values", key: "flow", label: "Flow" },
    { kind: "values", key: "deployment", label: "Deployment" },
    { kind: "values", key: "tag", label: "Tag" },
    { kind: "values", key: "pool", label: "Pool" },
    { kind: "values", key: "active", label: "Active", isSingle: true },
    { kind: "values", key: "fires", label: "Fires within", isSingle: true },
  ],
  text: {
    ...{ on: "deployments.flow_or_deployment_name", hint: "in the name of the deployment or its flow" },
  },
  starters: [
    { text: "fires:24h", hint: "fires within a day" },
    { text: "active:no", hint: "paused schedules" },
    { text: "fires:never", hint: "schedules without an upcoming fire" },
  ],
};

export const language = queryLanguage(fields);

/** What the menu of “fires within” offers. */
export const fireSpans = [...spans, "never"];

export const withTerm = (q: string, key: Key, value: string): string =>
  withTermOf(q, language, { key, value });
