import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Method, Route } from "../../schema/route.ts";

// The document is not part of the project: what is made of it is made where it stands beside.
const file = resolve(import.meta.dirname, "../../../../shared/contract/openapi.json");
export const isThere = existsSync(file);
export const whyNot = "skipped: ../shared/contract/openapi.json is not beside the project";

export interface JsonSchema {
  $ref?: string;
  type?: string;
  format?: string;
  pattern?: string;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  uniqueItems?: boolean;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}
interface Described {
  parameters?: { name: string; in: string; required?: boolean; schema: JsonSchema }[];
  requestBody?: { content: { "application/json": { schema: JsonSchema } } };
  responses: Record<string, { content?: { "application/json"?: { schema: JsonSchema } } }>;
}
interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, JsonSchema> };
}
const document: Document = isThere
  ? JSON.parse(readFileSync(file, "utf8"))
  : { paths: {}, components: { schemas: {} } };

export interface Operation {
  /** `POST /flows/`. */
  id: string;
  method: Method;
  path: string;
  query: { name: string; isRequired: boolean; schema: JsonSchema }[];
  body?: JsonSchema;
  /** The schema of a success body; any success counts when no status is given. */
  answer: (status: number) => JsonSchema | undefined;
}

const methods = new Set<string>(["GET", "POST", "PATCH", "PUT", "DELETE"]);
const isMethod = (text: string): text is Method => methods.has(text);

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).flatMap(([name, described]) => {
    const method = name.toUpperCase();
    return isMethod(method) ? [operationOf(method, path, described)] : [];
  }),
);

function operationOf(method: Method, path: string, described: Described): Operation {
  const { parameters = [], requestBody, responses } = described;
  const query = parameters
    .filter((parameter) => parameter.in === "query")
    .map(({ name, required = false, schema }) => ({ name, isRequired: required, schema }));
  return {
    ...{ id: `${method} ${path}`, method, path, query },
    body: requestBody?.content["application/json"].schema,
    answer: (status) =>
      (responses[status] ?? responses[200] ?? responses[201])?.content?.["application/json"]?.schema,
  };
}

/** Names of parameters and trailing slashes are ignored. */
const plain = (path: string) => path.replaceAll(/\{[^}]+\}|:\w+/g, "{}").replace(/(.)\/$/, "$1");
const idOf = ({ method, path }: { method: string; path: string }) => `${method} ${plain(path)}`;
const byId = new Map(operations.map((operation) => [idOf(operation), operation]));
export const operationServedBy = (route: Route): Operation | undefined => byId.get(idOf(route));

/** The schema itself, for one that only refers to it. */
export const resolved = (schema: JsonSchema): JsonSchema =>
  schema.$ref ? resolved(document.components.schemas[nameOf(schema)] ?? {}) : schema;
/** The name that a schema has in the document, empty for one that stands in its place. */
export const nameOf = (schema: JsonSchema): string => schema.$ref?.split("/").at(-1) ?? "";

const ajv = new Ajv2020({ strict: false, allErrors: false });
ajv.addFormat("uuid", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
ajv.addFormat("date-time", /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/);
for (const format of ["duration", "time-delta", "uri", "password", "path"]) ajv.addFormat(format, true);
ajv.addSchema({ $id: "contract", components: document.components });

const compiled = new WeakMap<JsonSchema, ReturnType<typeof ajv.compile>>();
/** Violations of the contract by a value; null when there are none. */
export function complaint(schema: JsonSchema, value: unknown): string | null {
  const validate =
    compiled.get(schema) ?? ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract#/')));
  compiled.set(schema, validate);
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

/** The value without the keys that are null. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null || "asymmetricMatch" in value) return value;
  const there = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(there.map(([key, each]) => [key, withoutNulls(each)]));
}
