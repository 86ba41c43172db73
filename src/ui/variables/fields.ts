import type { Variable } from "../../schema/variables.ts";
import { type QueryFields, queryLanguage } from "../lists/query-fields.ts";

export const fields: QueryFields<Variable, "name" | "tag" | "value"> = {
  fields: {
    name: {
      ...{ on: "variables.name", of: ({ name }) => name },
      ...{ hint: "part of the name, or all of it in quotes", example: "region" },
    },
    tag: {
      ...{ on: "variables.tags", of: ({ tags }) => tags },
      ...{ hint: "has this tag, or one of several", example: "prod" },
    },
    value: {
      ...{ on: "variables.value", isOwn: true, isPart: true, of: ({ value }) => JSON.stringify(value) },
      ...{ hint: "part of the value as JSON", example: "eu-west" },
    },
  },
  controls: [{ kind: "values", key: "tag", label: "Tag" }],
  text: { on: "variables.name", of: ({ name }) => name, hint: "in the variable's name" },
  starters: [{ text: "tag:none", hint: "variables without tags" }],
};

export const language = queryLanguage(fields);
