import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { Complaint } from "../schema/dashboard.ts";
import type { Json } from "../schema/scalars.ts";

// Validates a value against a JSON schema, both user input: large or slow checks run in a thread.

export interface SchemaCheck {
  /** As JSON. */
  schema: string;
  value: string;
}
export type SchemaVerdict = { complaints: Complaint[] } | { noSchema: string } | { isEndless: true };

/**
 * Errors in the shape of the value; empty when it is valid. `noSchema` is the error of an invalid schema; one that refers to
 * itself endlessly is invalid too.
 */
export function verdictOf(check: SchemaCheck): SchemaVerdict {
  const validate = compiled(check);
  if (typeof validate === "string") return { noSchema: validate };
  try {
    const isValid = validate(JSON.parse(check.value));
    return { complaints: isValid ? [] : treeOf(withoutRedundant(validate.errors ?? [])) };
  } catch (cause) {
    if (cause instanceof RangeError) return { isEndless: true };
    throw cause;
  }
}

const maxCompiled = 200;
/** By the text of the schema: compiling costs a thousand times as much as checking. */
const known = new Map<string, ValidateFunction>();

function compiled({ schema: text }: SchemaCheck): ValidateFunction | string {
  const found = known.get(text);
  if (found) return found;
  if (known.size >= maxCompiled) known.delete(known.keys().next().value ?? "");
  // A new instance each: a shared one keeps every schema it has seen.
  const ajv = new Ajv2020({
    ...{ strict: false, allErrors: true, validateSchema: false, logger: false },
    // The optimizer dominates the cost and is quadratic in the number of properties.
    code: { optimize: false },
  });
  for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format);
  try {
    const validate = ajv.compile(optionalAsNullable(JSON.parse(text)));
    known.set(text, validate);
    return validate;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

const isTime = (text: string) => !Number.isNaN(Date.parse(text));
const formats: Record<string, RegExp | ((text: string) => boolean)> = {
  "date-time": isTime,
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isTime(text),
  time: /^\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  email: /^[^@\s]+@[^@\s]+$/,
  uri: (text) => URL.canParse(text),
};

/** Optional keys may also be null: a form cannot tell the two apart. */
function optionalAsNullable(node: unknown): Json {
  return isObject(node) ? nullable(node) : {};
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function nullable(node: Json): Json {
  const required = Array.isArray(node.required) ? node.required : [];
  const entries = Object.entries(node).map(([key, value]) => {
    if (key === "properties" && isObject(value)) {
      const properties = Object.entries(value).map(([name, inner]) => [
        name,
        required.includes(name) ? deep(inner) : orNull(deep(inner)),
      ]);
      return [key, Object.fromEntries(properties)];
    }
    // Tuple syntax of drafts up to 2019.
    if (key === "items" && Array.isArray(value)) return ["prefixItems", deep(value)];
    return [key, key === "default" || key === "const" || key === "enum" ? value : deep(value)];
  });
  return Object.fromEntries(entries);
}

function deep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deep);
  return isObject(value) ? nullable(value) : value;
}

const orNull = (schema: unknown): unknown => ({ anyOf: [{ type: "null" }, schema] });

/** Drops redundant errors: of the added null alternative, of combinators, of format patterns. */
function withoutRedundant(errors: readonly ErrorObject[]): ErrorObject[] {
  const inner = errors.filter(({ keyword, params }) => !(keyword === "type" && params.type === "null"));
  const isChoice = ({ keyword }: ErrorObject) => keyword === "anyOf" || keyword === "oneOf";
  const said = inner.filter((error) => !isChoice(error));
  const places = new Set(said.flatMap(({ instancePath }) => ancestorsOf(instancePath)));
  const formats = new Set(
    said.filter(({ keyword }) => keyword === "format").map(({ instancePath }) => instancePath),
  );
  const isFormat = ({ keyword, instancePath }: ErrorObject) =>
    keyword === "pattern" && formats.has(instancePath);
  const kept = inner.filter((error) =>
    isChoice(error) ? !places.has(error.instancePath) : !isFormat(error),
  );
  return kept.length > 0 ? kept : [...errors];
}

/** The place and all its ancestors. */
function ancestorsOf(place: string): string[] {
  const places = [place];
  for (let end = place.lastIndexOf("/"); end >= 0; end = place.lastIndexOf("/", end - 1)) {
    places.push(place.slice(0, end));
    if (end === 0) break;
  }
  return places;
}

interface Node {
  /** Types that the value could have. */
  types: Set<string>;
  errors: Set<string>;
  children: Map<string, Node>;
}
const newNode = (): Node => ({ types: new Set(), errors: new Set(), children: new Map() });

/** Limits the errors for a list of many wrong values. */
const maxErrors = 300;

function treeOf(errors: readonly ErrorObject[]): Complaint[] {
  const root = newNode();
  for (const error of errors.slice(0, maxErrors)) {
    let node = root;
    for (const step of pathOf(error)) {
      const child = node.children.get(step) ?? newNode();
      node.children.set(step, child);
      node = child;
    }
    if (error.keyword === "type") node.types.add(String(error.params.type));
    else node.errors.add(messageOf(error));
  }
  const left = errors.length - maxErrors;
  return left > 0 ? [...complaintsOf(root), `and ${left} more`] : complaintsOf(root);
}

const complaintsOf = (node: Node): Complaint[] => [
  ...(node.types.size > 0 ? [`must be ${[...node.types].join(" or ")}`] : []),
  ...node.errors,
  ...[...node.children].map(([step, child]): Complaint => {
    const errors = complaintsOf(child);
    return /^\d+$/.test(step) ? { index: Number(step), errors } : { property: cut(step), errors };
  }),
];

function pathOf({ instancePath, keyword, params }: ErrorObject): string[] {
  const steps = instancePath.split("/").slice(1).map(unescaped);
  if (keyword === "required") return [...steps, String(params.missingProperty)];
  if (keyword === "additionalProperties") return [...steps, String(params.additionalProperty)];
  return steps;
}

const unescaped = (step: string) => step.replaceAll("~1", "/").replaceAll("~0", "~");

const maxText = 300;
const cut = (text: string) => (text.length > maxText ? `${text.slice(0, maxText)} …` : text);
const maxListed = 20;

/** The first allowed values, and their number. */
function listOf(allowed: readonly unknown[]): string {
  const texts = allowed.slice(0, maxListed).map((value) => cut(asText(value)));
  return [...texts, ...(allowed.length > maxListed ? [`… (${allowed.length} in all)`] : [])].join(", ");
}

const messageOf = (error: ErrorObject): string => cut(sentenceOf(error));

function sentenceOf({ keyword, params, message = "is not valid" }: ErrorObject): string {
  if (keyword === "required") return `'${params.missingProperty}' is a required property`;
  if (keyword === "additionalProperties") return "is not allowed here";
  if (keyword === "enum") return `must be one of ${listOf(params.allowedValues)}`;
  if (keyword === "anyOf" || keyword === "oneOf") return "does not match any allowed schema";
  if (keyword === "const") return `must be ${asText(params.allowedValue)}`;
  return message;
}
const asText = (value: unknown) => JSON.stringify(value);
