import { type FailureGroup, failureStatuses } from "../../schema/failures.ts";
import { type QueryFields, queryLanguage } from "../lists/query-fields.ts";

export type Key = "status" | "flow" | "deployment" | "since" | "until";

const nothing = {};

/** A group and nothing else: all of it is asked of the server. */
export const fields: QueryFields<FailureGroup, Key> = {
  fields: {
    status: {
      ...{ hint: "open, resolved, ignored or any", example: "resolved" },
      options: {
        open: { label: "open", condition: nothing },
        resolved: { label: "resolved", condition: nothing },
        ignored: { label: "ignored", condition: nothing },
        any: { label: "any", condition: nothing },
      },
      initial: "open",
    },
    flow: {
      ...{ on: "flows.name", isName: true },
      ...{ hint: "part of the flow's name, or all of it in quotes", example: '"daily-etl"' },
    },
    deployment: {
      ...{ on: "deployments.name", within: "flows.name", isName: true },
      ...{ hint: "its name, or flow/name", example: '"daily-etl/nightly"' },
    },
    since: { reads: "time", hint: "failed after: 24h, 30d or a date", example: "24h" },
    until: { reads: "time", hint: "failed before: 1h or a date", example: "1h" },
  },
  controls: [
    { kind: "option", key: "status", label: "Status" },
    { kind: "time", since: "since", until: "until", label: "Time" },
    { kind: "values", key: "flow", label: "Flow" },
    { kind: "values", key: "deployment", label: "Deployment", isSingle: true },
  ],
  text: { hint: "in the error type or message" },
  starters: [
    { text: "status:any", hint: "resolved and ignored errors too" },
    { text: "since:1h", hint: "the last hour" },
    { text: "since:24h", hint: "the last day" },
  ],
};

export const language = queryLanguage(fields);

/** The statuses that an option of `status` asks for. */
export const statusesOf = (option: string): FailureGroup["status"][] =>
  failureStatuses.filter((status) => option === "any" || option === status);
