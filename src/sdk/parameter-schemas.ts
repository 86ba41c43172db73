import { z } from "zod";
import type { Json } from "../schema/scalars.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** The parameters of a flow. */
export interface ParameterSpec {
  readonly names: readonly string[];
  readonly schema: StandardSchema | undefined;
}

/**
 * The JSON schema of a flow's parameters in Prefect's shape: one object, whose properties carry
 * their position, with shared parts under `definitions`. Without a schema only the parameters' names are known.
 */
export function parameterSchema({ names, schema }: ParameterSpec): Json {
  const json = schema && inputSchema(schema);
  if (!json) return shape(schema ? [] : names.map((name) => [name, {}]), {});
  const { $schema: _, definitions = {}, ...own } = json;
  if (takesObject(json)) return shape(Object.entries(objectOf(own.properties)), { definitions, ...own });
  const [name = "arg0"] = names;
  return shape([[name, own]], { definitions, required: "default" in own ? [] : [name] });
}

/** Whether the schema's value is an object, whose keys are the flow's parameters. */
export function takesRecord(schema: StandardSchema): boolean {
  const json = inputSchema(schema);
  return json === undefined || takesObject(json);
}

const shape = (properties: readonly (readonly [string, unknown])[], more: Json): Json => ({
  required: [],
  definitions: {},
  ...more,
  title: "Parameters",
  type: "object",
  properties: Object.fromEntries(
    properties.map(([name, property], position) => [name, { title: name, ...objectOf(property), position }]),
  ),
});

/** Draft 7, which keeps shared parts under `definitions`. Undefined where the library cannot produce it. */
function inputSchema(schema: StandardSchema): Json | undefined {
  if (isZod(schema))
    return {
      ...z.toJSONSchema(schema, { target: "draft-7", io: "input", unrepresentable: "any", override }),
    };
  const { jsonSchema } = schema["~standard"];
  return jsonSchema && { ...jsonSchema.input({ target: "draft-07" }) };
}

const isZod = (schema: object): schema is z.ZodType => "_zod" in schema;

/** A date is sent as a string. */
function override({ zodSchema, jsonSchema, path }: Parameters<Override>[0]): void {
  const { def } = zodSchema._zod;
  // `format` suffices; the regular expression would only be shown in error messages.
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (def.type !== "date") return;
  if (!("coerce" in def && def.coerce === true))
    throw new TypeError(
      `${path.join(".") || "params"}: z.date() takes no JSON, and parameters of deployed runs come as JSON. Use z.coerce.date() or z.iso.datetime().`,
    );
  Object.assign(jsonSchema, { type: "string", format: "date-time" });
}
type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>["override"]>;

function takesObject(json: Json): boolean {
  if (json.type === "object" || "properties" in json) return true;
  const branches = json.anyOf ?? json.oneOf ?? json.allOf;
  return (
    Array.isArray(branches) && branches.length > 0 && branches.every((one) => takesObject(objectOf(one)))
  );
}

const objectOf = (value: unknown): Json => (typeof value === "object" && value !== null ? { ...value } : {});
