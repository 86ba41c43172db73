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
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
}

export interface Style {
  /** Also what need not be there. */
  isFull: boolean;
  /** Null wherever null is allowed. */
  hasNulls: boolean;
}

interface SamplerOptions {
  schemas: Record<string, JsonSchema>;
  /** Texts for keys of which the schema does not say enough. */
  texts: Record<string, () => string>;
  /** Values for named schemas that do not say enough. */
  values: Record<string, unknown>;
}

const texts = ["a-name", "1.2.3", "name", "* * * * *"];
const deepest = 6;

/** Makes values that a JSON schema allows. */
export function sampler({ schemas, texts: known, values }: SamplerOptions) {
  const resolve = (schema: JsonSchema): JsonSchema =>
    schema.$ref ? (schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}) : schema;
  const isNull = (schema: JsonSchema) => resolve(schema).type === "null";

  function sample(given: JsonSchema, style: Style, key = "", depth = 0): unknown {
    const schema = resolve(given);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) {
      if (style.hasNulls && choices.some(isNull)) return null;
      return sample(choices.find((choice) => !isNull(choice)) ?? {}, style, key, depth);
    }
    const value = values[given.$ref?.split("/").at(-1) ?? ""];
    if (value !== undefined) return value;
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return schema.enum[0];
    if (schema.allOf)
      return Object.assign({}, ...schema.allOf.map((part) => sample(part, style, key, depth)));
    if (schema.type === "string" && known[key]) return known[key]();
    return ofType(schema, style, depth);
  }

  function ofType(schema: JsonSchema, style: Style, depth: number): unknown {
    switch (schema.type) {
      case "string":
        return text(schema);
      case "integer":
      case "number":
        return Math.max(schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1);
      case "boolean":
        return true;
      case "null":
        return null;
      case "array":
        if (schema.prefixItems) return schema.prefixItems.map((item) => sample(item, style, "", depth + 1));
        return schema.items && style.isFull && depth < deepest
          ? [sample(schema.items, style, "", depth + 1)]
          : [];
      case "object":
        return object(schema, style, depth);
      default:
        return { any: "thing" };
    }
  }

  function object(schema: JsonSchema, style: Style, depth: number): Record<string, unknown> {
    const required = new Set(schema.required ?? []);
    const wanted = Object.entries(schema.properties ?? {}).filter(
      ([key]) => required.has(key) || (style.isFull && depth < deepest),
    );
    return Object.fromEntries(wanted.map(([key, inner]) => [key, sample(inner, style, key, depth + 1)]));
  }

  return (schema: JsonSchema, style: Style) => sample(schema, style);
}

function text({ format, pattern }: JsonSchema): string {
  if (format === "uuid") return crypto.randomUUID();
  if (format === "date-time") return "2026-03-01T12:00:00Z";
  if (format === "uri") return "http://example.test/";
  if (format === "duration" || format === "time-delta") return "PT60S";
  const fits = pattern ? texts.find((candidate) => new RegExp(pattern).test(candidate)) : texts[0];
  return fits ?? "";
}
