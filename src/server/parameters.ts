import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { Complaint } from "../schema/dashboard.ts";
import { plainOf } from "../schema/exact-json.ts";
import { problem } from "../schema/problems.ts";
import type { Json } from "../schema/scalars.ts";
import { inBoundedTime } from "./bounded-time.ts";

// Values against the JSON schema of a form: the parameters of a deployment, the input of a paused run.

const maxLength = 524_288;

export function refuseLong(parameters: Json): void {
  if (JSON.stringify(parameters).length <= maxLength) return;
  throw problem("invalid", `Expected parameters of at most ${maxLength} characters as JSON.`);
}

export interface Strictness {
  /** Values of which the others come later lack some that are required. */
  isPartial?: boolean;
}

/** What is wrong, in the shape of the value; empty when nothing is. Throws `conflict` when the schema is none. */
export function complaints(schema: Json, given: unknown, strictness: Strictness = {}): Complaint[] {
  const value = plainOf(given);
  const { validate, isBounded } = compiled(schema, strictness);
  const isValid = isBounded ? boundedly(() => validate(value)) : validate(value);
  return isValid ? [] : treeOf(telling(validate.errors ?? []));
}

const maxMs = 250;
/** Words of a schema for which a value may take minutes: patterns that backtrack, each item compared with each. */
const slow = /"(pattern|patternProperties|uniqueItems|\$ref|\$dynamicRef)":/;

/** A schema is somebody's input: it must not hold up all others. */
function boundedly(check: () => boolean): boolean {
  try {
    const done = inBoundedTime(check, maxMs);
    if (done) return done.value;
  } catch (cause) {
    // A schema that refers to itself without end.
    if (!(cause instanceof RangeError)) throw cause;
  }
  throw problem(
    "invalid",
    `The schema takes more than ${maxMs} ms to check these parameters: is a pattern in it too complex?`,
  );
}

/** The same in words, with the places; undefined when nothing is wrong. */
export function complaintText(schema: Json, value: unknown, strictness?: Strictness): string | undefined {
  return (
    complaints(schema, value, strictness)
      .flatMap((each) => inWords(each))
      .join("; ") || undefined
  );
}

function inWords(complaint: Complaint, place = ""): string[] {
  if (typeof complaint === "string") return [place === "" ? complaint : `${place}: ${complaint}`];
  const here =
    "property" in complaint
      ? [place, complaint.property].filter(Boolean).join(".")
      : `${place}[${complaint.index}]`;
  return complaint.errors.flatMap((inner) => inWords(inner, here));
}

const maxCompiled = 200;
/** By the text of the schema: compiling costs a thousand times as much as checking. */
const known = new Map<string, Compiled>();
interface Compiled {
  validate: ValidateFunction;
  /** Whether checking by it must be ended after a while. */
  isBounded: boolean;
}

function compiled(schema: Json, { isPartial = false }: Strictness): Compiled {
  const text = JSON.stringify(schema, isPartial ? withoutRequired : undefined);
  const found = known.get(text);
  if (found) return found;
  if (known.size >= maxCompiled) known.delete(known.keys().next().value ?? "");
  // An instance of its own: one that is shared keeps every schema that it has ever seen.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, logger: false });
  for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format);
  try {
    const validate = ajv.compile(optionalAsNullable(JSON.parse(text)));
    const made = { validate, isBounded: slow.test(text) };
    known.set(text, made);
    return made;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw problem("conflict", `The schema of the parameters is not a valid JSON schema: ${reason}`, {
      cause,
    });
  }
}

/** A list under this name: a parameter that is called so has a schema, which is an object. */
const withoutRequired = (key: string, value: unknown) =>
  key === "required" && Array.isArray(value) ? undefined : value;

const isTime = (text: string) => !Number.isNaN(Date.parse(text));
const formats: Record<string, RegExp | ((text: string) => boolean)> = {
  "date-time": isTime,
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isTime(text),
  time: /^\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  email: /^[^@\s]+@[^@\s]+$/,
  uri: (text) => URL.canParse(text),
};

/** A key that need not be there may also be null: a form cannot tell the two apart. */
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
    // Until 2019 a list with a schema for each place was said so.
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

/** Leaves out what only says the same: that it is not null either, that no way to read it fits, how a format is written. */
function telling(errors: readonly ErrorObject[]): ErrorObject[] {
  const inner = errors.filter(({ keyword, params }) => !(keyword === "type" && params.type === "null"));
  const said = inner.filter(({ keyword }) => keyword !== "anyOf" && keyword !== "oneOf");
  const isSaid = (outer: ErrorObject) =>
    said.some(({ instancePath: at }) => `${at}/`.startsWith(`${outer.instancePath}/`));
  const isFormat = (error: ErrorObject) =>
    error.keyword === "pattern" &&
    said.some(({ keyword, instancePath }) => keyword === "format" && instancePath === error.instancePath);
  const kept = inner.filter((error) => (said.includes(error) ? !isFormat(error) : !isSaid(error)));
  return kept.length > 0 ? kept : [...errors];
}

interface Node {
  /** Types that the value could have. */
  types: Set<string>;
  errors: Set<string>;
  children: Map<string, Node>;
}
const newNode = (): Node => ({ types: new Set(), errors: new Set(), children: new Map() });

function treeOf(errors: readonly ErrorObject[]): Complaint[] {
  const root = newNode();
  for (const error of errors) {
    let node = root;
    for (const step of placeOf(error)) {
      const child = node.children.get(step) ?? newNode();
      node.children.set(step, child);
      node = child;
    }
    if (error.keyword === "type") node.types.add(String(error.params.type));
    else node.errors.add(messageOf(error));
  }
  return complaintsOf(root);
}

const complaintsOf = (node: Node): Complaint[] => [
  ...(node.types.size > 0 ? [`must be ${[...node.types].join(" or ")}`] : []),
  ...node.errors,
  ...[...node.children].map(([step, child]): Complaint => {
    const errors = complaintsOf(child);
    return /^\d+$/.test(step) ? { index: Number(step), errors } : { property: step, errors };
  }),
];

function placeOf({ instancePath, keyword, params }: ErrorObject): string[] {
  const steps = instancePath.split("/").slice(1).map(unescaped);
  if (keyword === "required") return [...steps, String(params.missingProperty)];
  if (keyword === "additionalProperties") return [...steps, String(params.additionalProperty)];
  return steps;
}

const unescaped = (step: string) => step.replaceAll("~1", "/").replaceAll("~0", "~");

function messageOf({ keyword, params, message = "is not valid" }: ErrorObject): string {
  if (keyword === "required") return `'${params.missingProperty}' is a required property`;
  if (keyword === "additionalProperties") return "is not expected here";
  if (keyword === "enum") return `must be one of ${params.allowedValues.map(asText).join(", ")}`;
  if (keyword === "anyOf" || keyword === "oneOf") return "is none of what it may be";
  if (keyword === "const") return `must be ${asText(params.allowedValue)}`;
  return message;
}
const asText = (value: unknown) => JSON.stringify(value);
