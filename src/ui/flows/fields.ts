import type { Flow } from "../../schema/flows.ts";
import { type QueryFields, queryLanguage } from "../lists/query-fields.ts";

export const fields: QueryFields<Flow, "name" | "tag" | "deployed"> = {
  fields: {
    name: { on: "flows.name", of: ({ name }) => name, hint: "part of the flow's name", example: "etl" },
    tag: {
      ...{ on: "flows.tags", of: ({ tags }) => tags },
      ...{ hint: "has this tag, or one of several", example: "prod" },
    },
    deployed: { on: "flows.deployment", hint: "has a deployment: yes or no", example: "yes" },
  },
  controls: [
    { kind: "values", key: "tag", label: "Tag" },
    { kind: "values", key: "deployed", label: "Deployed", isSingle: true },
  ],
  text: { on: "flows.name", of: ({ name }) => name, hint: "in the flow's name" },
  starters: [{ text: "deployed:yes", hint: "has a deployment" }],
};

export const language = queryLanguage(fields);
