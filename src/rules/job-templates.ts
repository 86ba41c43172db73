import type { Json } from "../schema/scalars.ts";

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;
/** Filled in from the store or by the worker, independent of the declared variables. */
const provided = /^(prefect\.(blocks|variables)\.|ctx\.|\$)/;

/** Why the base job template of a work pool is invalid; undefined when it is valid. An empty one is valid. */
export function templateFault(template: Json): string | undefined {
  if (Object.keys(template).length === 0) return undefined;
  const { job_configuration, variables } = template;
  if (!isObject(job_configuration) || !isObject(variables)) {
    return "The `base_job_template` must contain both a `job_configuration` key and a `variables` key.";
  }
  const defined = isObject(variables.properties) ? Object.keys(variables.properties) : [];
  const missing = [...placeholdersIn(job_configuration)].filter((name) => !defined.includes(name));
  if (missing.length === 0) return undefined;
  return `The variables specified in the job configuration template must be present as properties in the variables schema. Missing: ${missing.sort().join(", ")}.`;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Names of all variables that a template references, at any depth. */
function placeholdersIn(value: unknown): Set<string> {
  const text = JSON.stringify(value) ?? "";
  const names = [...text.matchAll(placeholder)].map(([, name = ""]) => name);
  return new Set(names.filter((name) => name !== "" && !provided.test(name)));
}
