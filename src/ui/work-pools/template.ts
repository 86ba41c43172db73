import { z } from "zod";
import { templateFault } from "../../rules/job-templates.ts";
import type { Json } from "../../schema/scalars.ts";

// A base job template has the job configuration, with placeholders, and the schema of the variables that fill them. The
// form edits the defaults of the variables: what a deployment gets that sets none.

const Template = z.looseObject({
  variables: z.looseObject({ properties: z.record(z.string(), z.looseObject({})).catch({}) }),
});

/** Shape of the whole as JSON; a template may also be empty. */
export const templateSchema: Json = {
  type: "object",
  properties: {
    job_configuration: { type: "object" },
    variables: { type: "object" },
  },
};

const propertiesOf = (template: Json): Record<string, Record<string, unknown>> =>
  Template.safeParse(template).data?.variables.properties ?? {};

/** The schema of a form for the defaults: each may be left out, and has none of its own. */
export function defaultsSchema(template: Json): Json {
  const { required: _, ...variables } = Template.safeParse(template).data?.variables ?? { properties: {} };
  const properties = Object.entries(propertiesOf(template)).map(([name, { default: _, ...rest }]) => [
    name,
    rest,
  ]);
  return { type: "object", ...variables, properties: Object.fromEntries(properties) };
}

/** The defaults that the variables have. */
export function defaultsOf(template: Json): Json {
  const entries = Object.entries(propertiesOf(template));
  return Object.fromEntries(
    entries.flatMap(([name, schema]) => ("default" in schema ? [[name, schema.default]] : [])),
  );
}

/** The same template with these defaults, and no others. */
export function withDefaults(template: Json, defaults: Json): Json {
  const { variables, ...rest } = Template.safeParse(template).data ?? {};
  if (!variables) return template;
  const properties = Object.entries(variables.properties).map(([name, { default: _, ...schema }]) => [
    name,
    name in defaults ? { ...schema, default: defaults[name] } : schema,
  ]);
  return { ...rest, variables: { ...variables, properties: Object.fromEntries(properties) } };
}

/** Why the server would refuse the template. */
export const faultOf = (template: Json): string | undefined => templateFault(template);
