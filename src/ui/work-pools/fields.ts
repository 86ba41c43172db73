import type { WorkPool } from "../../schema/work-pools.ts";
import { type ClientField, type QueryFields, queryLanguage } from "../lists/query-fields.ts";
import { isNamed } from "../lists/query-values.ts";
import type { PoolRow } from "./use-pools.ts";

const statusWords = { READY: "ready", NOT_READY: "no-worker", PAUSED: "paused" } as const;
const statuses = Object.values(statusWords);

/** Whether it takes runs, in a word of the query. */
export const statusWord = ({ is_paused, status }: Pick<WorkPool, "is_paused" | "status">): string =>
  statusWords[is_paused ? "PAUSED" : (status ?? "NOT_READY")];

const name: ClientField<PoolRow> = {
  ...{ hint: "part of the pool's name", example: "etl", isNegatable: true },
  matcher: (value) => (row) => isNamed(row.name, value),
};
const status: ClientField<PoolRow> = {
  ...{ hint: "ready, no-worker or paused", example: "ready", choices: statuses, isNegatable: true },
  objection: ({ text }) =>
    statuses.some((word) => word === text.toLowerCase())
      ? undefined
      : `status: expected one of ${statuses.join(", ")}, got “${text}”`,
  matcher:
    ({ text }) =>
    ({ pool }) =>
      statusWord(pool) === text.toLowerCase(),
};
const queue: ClientField<PoolRow> = {
  ...{ hint: "has a queue whose name has this part", example: "urgent" },
  matcher:
    (value) =>
    ({ queues = [] }) =>
      queues.some((one) => isNamed(one.name, value)),
};

export const fields: QueryFields<PoolRow, "name" | "type" | "status" | "queue"> = {
  fields: {
    name,
    type: {
      ...{ on: "work_pools.type", of: ({ pool }) => pool.type },
      ...{ hint: "type of its workers", example: "process" },
    },
    status,
    queue,
  },
  controls: [
    { kind: "values", key: "type", label: "Type" },
    { kind: "values", key: "status", label: "Status" },
  ],
  text: { of: (row) => row.name, hint: "in the pool's name" },
  starters: [
    { text: "status:no-worker", hint: "pools without an online worker" },
    { text: "status:paused", hint: "paused pools" },
  ],
};

export const language = queryLanguage(fields);
export const statusChoices: readonly string[] = statuses;
