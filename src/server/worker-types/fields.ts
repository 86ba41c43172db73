import type { Json } from "../../schema/scalars.ts";

/** Fields of JSON Schema, by the name of the variable. */
export type Fields = Record<string, Json>;

export interface WorkerType {
  type: string;
  /** The package of Python that its worker comes with. */
  collection: string;
  name: string;
  description: string;
  logo: string;
  variables: Fields;
  required?: string[];
  definitions?: Record<string, Json>;
  /** What its worker reads, besides the variables that are called the same there. */
  job: Json;
}

export const text = (description: string, more: Json = {}): Json => ({
  type: "string",
  description,
  ...more,
});
export const integer = (description: string, more: Json = {}): Json => ({
  ...{ type: "integer", description },
  ...more,
});
export const decimal = (description: string, more: Json = {}): Json => ({
  ...{ type: "number", description },
  ...more,
});
export const flag = (description: string, more: Json = {}): Json => ({
  type: "boolean",
  description,
  ...more,
});
export const object = (description: string): Json => ({ type: "object", description });
export const texts = (description: string): Json => ({
  ...{ type: "array", description },
  items: { type: "string" },
});
export const map = (description: string): Json => ({
  ...{ type: "object", description },
  additionalProperties: { type: "string" },
});
export const block = (name: string, description: string): Json => ({
  ...{ description },
  allOf: [{ $ref: `#/definitions/${name}` }],
});
export const secret = (description: string): Json =>
  text(description, { writeOnly: true, format: "password" });

/** What a worker of any type takes. */
export const commonFields: Fields = {
  name: text("Given to what the worker starts for a run."),
  env: map("Environment variables that are set for the run."),
  labels: map("Labels put on what the worker starts."),
  command: text("Starts the run; left out, the worker starts it in its own way."),
};

/** The variable itself, to be filled in. */
export const filled = (...names: string[]): Json =>
  Object.fromEntries(names.map((name) => [name, `{{ ${name} }}`]));

/** Title, kind and fields of what a variable refers to. */
export const definition = (title: string, properties: Fields, more: Json = {}): Json => ({
  ...{ title, type: "object", properties: titled(properties) },
  ...more,
});

/** The document of a block, which is chosen among those that are there. */
export const blockOf = (title: string, slug: string, fields: Fields, more: Json = {}): Json =>
  definition(title, fields, {
    ...{ block_type_slug: slug, secret_fields: [], block_schema_references: {} },
    ...more,
  });

/** Fields with the title that their name says. */
export const titled = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, { title: titleOf(name), ...field }]),
  );

const acronyms = new Set(["arn", "cpu", "dns", "gpu", "id", "ids", "sku", "ssl", "ttl", "url", "vpc", "api"]);

function titleOf(name: string): string {
  const words = name.split("_").map((word) => (acronyms.has(word) ? word.toUpperCase() : word));
  const [first = "", ...rest] = words;
  return [first.slice(0, 1).toUpperCase() + first.slice(1), ...rest].join(" ").replace(/IDS\b/, "IDs");
}
